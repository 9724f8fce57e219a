-- grain: shipment_id; inputs: core_shipment, core_shipment_party, party_alias; the first party of each role counts
with named as (
    select party.shipment_id, party.role, party.party_number, party.account, alias.party_id, alias.is_placeholder
    from core_shipment_party as party
    left join party_alias as alias on alias.spelling_id = md5(to_json(row(
        case when party.role in ('shipper', 'seller') then 'sender' else 'receiver' end,
        party.name, party.address, party.postal_code, party.country))::varchar)
),
wide as (
    select shipment_id,
        arg_min(party_id, party_number) filter (where role = 'shipper' and not is_placeholder) as shipper_id,
        arg_min(coalesce(account, case when not is_placeholder then party_id end), party_number)
            filter (where role = 'seller') as seller_id,
        arg_min(party_id, party_number) filter (where role = 'consignee' and not is_placeholder) as consignee_id
    from named group by shipment_id
)
select
    shipment.shipment_id,
    wide.shipper_id,
    wide.seller_id,
    wide.consignee_id,
    coalesce(shipment.filer_code, shipment.carrier_code) as filer_id,
    case when length(shipment.hts10) >= 6 then left(shipment.hts10, 6) end as tariff_line_id,
    case when length(shipment.hts10) >= 6 then left(shipment.hts10, 6) || '>' || shipment.origin_country end
        as line_origin_id,
    coalesce(shipment.origin_country, '') || '>' || coalesce(shipment.export_country, '') || '>' || shipment.port_code
        as lane_id,
    wide.shipper_id || '>' || wide.consignee_id as pair_id,
    shipment.value_usd,
    shipment.gross_weight_kg
from core_shipment as shipment left join wide using (shipment_id)
order by shipment.shipment_id
