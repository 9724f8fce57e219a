-- grain: tariff number x fact that names it; inputs: node_prefix, node, named
-- is_partial: the fact names only longer numbers that begin with this one, so that it is not known whether it holds
select hts_code, fact_id, max(length(hts_prefix)) as digits_n, false as is_partial
from node_prefix join named using (hts_prefix) group by all
union all
select node.hts_code, fact_id, max(length(named.hts_prefix)), true
from named
cross join (select unnest([8, 9]) as digits) as cut
join node on node.hts_code = left(named.hts_prefix, digits) and length(node.hts_code) = digits
where length(named.hts_prefix) > digits
group by all
