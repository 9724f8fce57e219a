-- The rules behind the queues: how often each speaks, and in whose name.
select
    rule.reason_code,
    rule.sentence,
    rule.owner,
    count(*) as shipments_n,
    round(avg(queue.score), 3) as mean_score
from mart.queue as queue, unnest(queue.reasons) as reason (said)
inner join ref.rule as rule
    on rule.reason_code = reason.said.code
    and queue.date between rule.valid_from and coalesce(rule.valid_to, queue.date)
group by all
order by shipments_n desc, rule.reason_code
limit 10;
