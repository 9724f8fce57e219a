-- grain: selected shipment x edge of its neighbourhood; inputs: queue_item, party_shipment_entity, party_edge, party_network
-- (of the date), entity_outcome, picture_clock (today, edges_n)
-- the shipment's parties and what they share (0), who else has it (1), what those share besides (1) and who has that (2);
-- what fewer parties have comes first, and each step keeps no more edges than a whole picture has
-- leak rule: edges of the date and before; exams known before the date began
with own as (
    select link.shipment_id, link.role, md5_number_lower(link.party_id) as party_key
    from (
        unpivot party_shipment_entity on shipper_id as shipper, seller_id as seller, consignee_id as consignee
        into name role value party_id
    ) as link semi join queue_item using (shipment_id)
),
root as (select shipment_id, party_key, min(role) as role from own group by shipment_id, party_key),
zero as (
    select root.shipment_id, 0 as hop_n, edge.* from root join party_edge as edge using (party_key)
),
one as (
    select zero.shipment_id, 1 as hop_n, edge.*
    from (select distinct shipment_id, identifier_kind, identifier_key from zero) as zero
    join party_edge as edge using (identifier_kind, identifier_key)
    anti join root on root.shipment_id = zero.shipment_id and root.party_key = edge.party_key
    qualify row_number() over (partition by zero.shipment_id order by edge.parties_n, identifier_key, edge.party_key)
        <= (select edges_n from picture_clock)
),
further as (
    select one.shipment_id, 1 as hop_n, edge.*
    from (select distinct shipment_id, party_key from one) as one
    join party_edge as edge using (party_key)
    anti join zero on zero.shipment_id = one.shipment_id and zero.identifier_key = edge.identifier_key
    qualify row_number() over (partition by one.shipment_id order by edge.parties_n, edge.identifier_key, party_key)
        <= (select edges_n from picture_clock)
),
two as (
    select further.shipment_id, 2 as hop_n, edge.*
    from (select distinct shipment_id, identifier_kind, identifier_key from further) as further
    join party_edge as edge using (identifier_kind, identifier_key)
    anti join root on root.shipment_id = further.shipment_id and root.party_key = edge.party_key
    anti join one on one.shipment_id = further.shipment_id and one.party_key = edge.party_key
    qualify row_number() over (partition by further.shipment_id order by edge.parties_n, identifier_key, edge.party_key)
        <= (select edges_n from picture_clock)
),
placed as (
    select *, row_number() over (partition by shipment_id order by hop_n, parties_n, identifier_key, party_key) as link_number
    from (from zero union all by name from one union all by name from further union all by name from two)
    qualify link_number <= (select edges_n from picture_clock)
),
examined as (
    select entity_id as party_id, sum(exams_n) as exams_n, sum(findings_n) as findings_n
    from entity_outcome cross join picture_clock
    where known_on < today and entity_kind in ('shipper', 'seller', 'consignee') group by entity_id
),
-- of this night or an earlier one: where paths of the network end
listed as (select distinct listed_party_id from party_network where listed_party_id is not null),
first_place as (
    select shipment_id, identifier_kind, identifier_key, min(link_number) as link_number from placed group by all
),
numbered as (
    select shipment_id, identifier_kind, identifier_key,
        row_number() over (partition by shipment_id, identifier_kind order by link_number) as identifier_number
    from first_place
)
select placed.shipment_id, placed.link_number, placed.hop_n, placed.party_id, root.role, placed.identifier_kind,
    numbered.identifier_number, placed.parties_n, placed.first_on,
    placed.party_id in (from listed) as is_listed,
    coalesce(examined.exams_n, 0) as exams_n,
    coalesce(examined.findings_n, 0) as findings_n
from placed
join numbered using (shipment_id, identifier_kind, identifier_key)
left join root on root.shipment_id = placed.shipment_id and root.party_key = placed.party_key
left join examined on examined.party_id = placed.party_id
order by shipment_id, link_number
