-- grain: tariff number x class of origins x action that is owed; inputs: claim, displaced, order_claim
select claim.* from claim anti join displaced using (hts_code, class_origin, action)
union all by name
select * from order_claim
