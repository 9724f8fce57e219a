-- mart.queue: one row a queued shipment, as queue.item has it.
-- reasons_text takes the first facts; a starting point or a remainder only where there is no fact.
-- binds: $facts, codes of reasons that are features (rules are facts too); $reasons_n, how many reasons the text takes.
with item as (
    select *, list_filter(reasons, lambda reason: list_contains($facts, reason.code) or starts_with(reason.code, 'rule:')) as facts
    from queue_item
)
select
    item.*,
    port_name.meaning as port_name,
    array_to_string(
        list_transform(
            (case when len(facts) > 0 then facts else reasons end)[1:$reasons_n], lambda reason: reason."text"),
        '; ') as reasons_text
from item
left join port_name on port_name.code = item.port_code
