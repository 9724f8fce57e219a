-- grain: house air waybill x filing; inputs: kept_air_waybill, code_airport_port, code_airport_country
-- a house number is unique within its master only, so both make the identifier
-- where the goods were made is not filed; they are shipped from the country of the airport of departure, as far as listed
select
    concat('air:', master_awb, '/', house_awb) as shipment_id,
    concat('air:', master_awb, '/', house_awb, '@', epoch_us(filed_at)) as version_key,
    status as record_status,
    'air' as stream,
    null::varchar as entry_type,
    filed_at,
    port.meaning as port_code,
    '40' as mode_code,
    nullif(regexp_extract(flight_number, '^([A-Z][A-Z0-9]|[0-9][A-Z]|[A-Z]{3})[0-9]{1,4}[A-Z]?$', 1), '') as carrier_code,
    flight_number as conveyance,
    null::varchar as filer_code,
    master_awb as master_bill,
    house_awb as house_bill,
    estimated_arrival_at,
    null::varchar as origin_country,
    departure.meaning as export_country,
    packing_country,
    departure_airport as lading_place,
    hs6 as hts10,
    description,
    1::integer as lines_n,
    pieces::bigint as pieces_n,
    gross_weight_kg,
    declared_value_usd as value_usd,
    null::decimal(18, 2) as listed_price_usd,
    null::varchar as marketplace,
    account_opened_on,
    verified_known_consignor as is_known_consignor,
    null::boolean as is_screened,
    0::integer as containers_n,
    source_file,
    source_line
from kept_air_waybill as waybill
join code_airport_port as port on port.code = waybill.arrival_airport
left join code_airport_country as departure on departure.code = waybill.departure_airport
order by shipment_id, filed_at, source_file, source_line
