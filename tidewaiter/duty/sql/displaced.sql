-- grain: tariff number x class of origins x action that gives way; inputs: claim, yield_origin
-- one gives way where the other is owed at more than nought, or at a rate that is not known
select distinct gone.hts_code, gone.class_origin, gone.action
from claim as gone
join yield_origin as yields on yields.action = gone.action and yields.origin_country = gone.class_origin
join claim as other on other.hts_code = gone.hts_code and other.class_origin = gone.class_origin
    and other.action = yields.yields_to and (other.rate is null or other.rate > 0)
