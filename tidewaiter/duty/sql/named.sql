-- grain: fact x tariff number that it names; inputs: fact_prefix (policy), fact_list, reference_tariff_action, landed_list
-- binds: $on, the day of entry; a duty on all goods names the empty number
-- so does a duty whose list has not landed: any number may be on it, and claim.sql holds its rate for unknown
select fact_id, hts_prefix from fact_prefix
union
select fact_list.fact_id, action.hts_prefix
from fact_list
join reference_tariff_action as action
    on action.action = fact_list.action and action.list_name = fact_list.list_name
    and (fact_list.ch99_code is null or fact_list.ch99_code = action.ch99_code)
where action.valid_from <= $on::date
union
select fact_id, '' from fact_list where action not in (select list from landed_list)
