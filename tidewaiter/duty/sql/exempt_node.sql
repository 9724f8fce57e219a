-- grain: tariff number x list of goods that a duty lets off; inputs: node_prefix, reference_tariff_action, fact
select distinct hts_code, action.action as list
from node_prefix join reference_tariff_action as action using (hts_prefix)
where action.action in (select unnest([except_list, unknown_on_list]) from fact)
