-- grain: shipment x signal, for data that the shipment's case needs and the shipment lacks
-- inputs: claim, core_shipment, core_shipment_line, core_shipment_party, needed_data (case_id, element, ...)
-- most shipments lack nothing: what is absent comes first, the need for it second
with bare as (
    select shipment_id, unnest(list_filter([
        case when house_bill is null and master_bill is null then 'transport_document' end,
        case when port_code is null then 'port' end,
        case when origin_country is null then 'origin' end,
        case when pieces_n is null then 'quantity' end,
        case when value_usd is null then 'value' end,
        case when hts10 is null or length(hts10) <> 10 then 'hts10' end,
        case when is_known_consignor is null then 'known_consignor' end,
        -- a verified known consignor stands in for the age of the account
        case when account_opened_on is null and is_known_consignor is distinct from true then 'account_age' end,
        case when packing_country is null then 'packing_country' end
    ], lambda element: element is not null)) as element
    from core_shipment
    where house_bill is null or port_code is null or origin_country is null or pieces_n is null or value_usd is null
        or hts10 is null or length(hts10) <> 10 or is_known_consignor is null or account_opened_on is null
        or packing_country is null
),
short_line as (
    select distinct shipment_id, 'hts10' as element
    from core_shipment_line where hts10 is null or length(hts10) <> 10
),
with_parties as (
    select shipment_id from claim
    where is_main and case_id in
        (select case_id from needed_data where element like 'shipper%' or element like 'consignee%')
),
named as (
    select shipment_id,
        bool_or(role = 'shipper' and name is not null) as has_shipper_name,
        bool_or(role = 'shipper' and address is not null) as has_shipper_address,
        bool_or(role = 'shipper' and country is not null) as has_shipper_country,
        bool_or(role = 'consignee' and name is not null) as has_consignee_name,
        bool_or(role = 'consignee' and address is not null) as has_consignee_address
    from core_shipment_party where shipment_id in (select shipment_id from with_parties)
    group by shipment_id
),
nameless as (
    select shipment_id, unnest(list_filter([
        case when has_shipper_name is distinct from true then 'shipper_name' end,
        case when has_shipper_address is distinct from true then 'shipper_address' end,
        case when has_shipper_country is distinct from true then 'shipper_country' end,
        case when has_consignee_name is distinct from true then 'consignee_name' end,
        case when has_consignee_address is distinct from true then 'consignee_address' end
    ], lambda element: element is not null)) as element
    from with_parties left join named using (shipment_id)
),
absent as materialized (
    select element, asked.*
    from (select * from bare union all select * from short_line union all select * from nameless) as lacking
    join (select shipment_id, case_id, filed_on from claim where is_main) as asked using (shipment_id)
)
select shipment_id, signal_code, severity, filed_on as judged_on,
    arg_min(regime_id, (regime_from, regime_id)) as regime_id,
    replace(arg_min(sentence, (regime_from, regime_id)), '{day}', filed_on::varchar) as sentence,
    'without ' || array_to_string(list_sort(list_distinct(list(element_text))), ', ') as observed
from absent join needed_data using (case_id, element)
group by shipment_id, signal_code, severity, filed_on
