-- grain: entity_kind x old key of an entity whose party has become another; inputs: became (old_id, now_id), entity_tonight
-- shippers, sellers and consignees of every party that merged; pairs of tonight under every id that their parties had
with name as (
    select old_id, now_id from became
    union
    select now_id, now_id from became
),
pair as (
    select entity_key, split_part(entity_id, '>', 1) as shipper_id, split_part(entity_id, '>', 2) as consignee_id
    from entity_tonight where entity_kind = 'pair'
),
old_pair as (
    select pair.entity_key,
        coalesce(shipper.old_id, shipper_id) || '>' || coalesce(consignee.old_id, consignee_id) as old_id
    from pair
    left join name as shipper on shipper.now_id = pair.shipper_id
    left join name as consignee on consignee.now_id = pair.consignee_id
    where shipper.now_id is not null or consignee.now_id is not null
)
select entity_kind, md5_number_lower(entity_kind || '|' || old_id) as old_key,
    md5_number_lower(entity_kind || '|' || now_id) as entity_key
from became cross join (select unnest(['shipper', 'seller', 'consignee']) as entity_kind)
union all
select 'pair', md5_number_lower('pair|' || old_id), entity_key from old_pair
where md5_number_lower('pair|' || old_id) <> entity_key
