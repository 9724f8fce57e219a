-- grain: bill x filing; inputs: kept_ocean_x12_309_bill, _goods, _equipment, code_* lists
-- a bill number that one transaction set uses for several bills is told apart by a suffix (#2, #3, ...)
-- the value (N1006) is in whole units of its currency and known in US dollars only; it is declared for each N10, so the
-- total is null unless every N10 has one; the main line is the heaviest that has a tariff number
with goods as (
    select source_file, bill_position, goods.source_line, description,
        case when commodity_qualifier = 'J' and regexp_matches(replace(commodity_code, '.', ''), '^[0-9]{4,10}$')
             then replace(commodity_code, '.', '') end as hts10,
        case when coalesce(value_currency, 'USD') = 'USD' then customs_value end as value_usd,
        goods.weight::decimal(38, 3) * unit.meaning::decimal(18, 12) as weight_kg,
        country.code as origin_country
    from kept_ocean_x12_309_goods as goods
    left join code_weight_unit as unit on unit.code = goods.weight_unit
    left join code_country as country on country.code = goods.manufacture_country
),
summed as (
    select source_file, bill_position, count(*)::integer as lines_n,
        case when count(value_usd) = count(*) then sum(value_usd) end as value_usd
    from goods group by all
),
main_line as (
    select source_file, bill_position, hts10, description, origin_country from goods
    qualify row_number() over (partition by source_file, bill_position
        order by hts10 is null, weight_kg desc nulls last, source_line) = 1
),
equipped as (
    select source_file, bill_position, count(distinct concat(owner_code, serial_number))::integer as containers_n
    from kept_ocean_x12_309_equipment where serial_number is not null group by all
)
select
    concat('ocean:', issuer_code, bill_number, '#' || nullif(bill_occurrence, 1)) as shipment_id,
    concat(source_file, '#', bill_position) as version_key,
    coalesce(amendment.meaning, manifest.meaning) as record_status,
    'ocean' as stream,
    null::varchar as entry_type,
    sent_at as filed_at,
    port_code,
    case when containers_n > 0 then '11' else '10' end as mode_code,
    carrier_code,
    vessel_name as conveyance,
    null::varchar as filer_code,
    concat(case when master_bill_number is null then issuer_code else coalesce(master_issuer_code, issuer_code) end,
        coalesce(master_bill_number, bill_number)) as master_bill,
    case when master_bill_number is not null then concat(issuer_code, bill_number) end as house_bill,
    arrival_date::timestamp as estimated_arrival_at,
    origin_country,
    coalesce(port.meaning, prefix.meaning) as export_country,
    null::varchar as packing_country,
    lading_port_code as lading_place,
    hts10,
    description,
    coalesce(lines_n, 0) as lines_n,
    ceil(quantity)::bigint as pieces_n,
    try_cast(weight::decimal(38, 3) * unit.meaning::decimal(18, 12) as decimal(18, 3)) as gross_weight_kg,
    try_cast(value_usd as decimal(18, 2)) as value_usd,
    null::decimal(18, 2) as listed_price_usd,
    null::varchar as marketplace, null::date as account_opened_on,
    null::boolean as is_known_consignor, null::boolean as is_screened,
    coalesce(containers_n, 0) as containers_n,
    source_file,
    source_line
from kept_ocean_x12_309_bill as bill
join code_x12_manifest_type as manifest on manifest.code = bill.manifest_type_code
left join code_x12_amendment_type as amendment on amendment.code = bill.amendment_type_code
left join code_weight_unit as unit on unit.code = bill.weight_unit
left join code_schedule_k_country as port on port.code = bill.lading_port_code
left join code_schedule_k_country as prefix on prefix.code = left(bill.lading_port_code, 3)
left join summed using (source_file, bill_position)
left join main_line using (source_file, bill_position)
left join equipped using (source_file, bill_position)
order by shipment_id, filed_at, source_file, source_line
