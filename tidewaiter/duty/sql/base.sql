-- grain: tariff number x class of origins: the general or the column 2 rate; inputs: node, origin_class, column_2
select node.hts_code, class.class_origin, node.hts8, node.snapshot_on,
    case when class.is_column_2 then 'column 2' else 'MFN' end as label,
    case when class.is_column_2 then column_2_text else mfn_text end as text,
    case when class.is_column_2 then column_2_ad_valorem_rate else mfn_ad_valorem_rate end as rate,
    case when class.is_column_2 then column_2_specific_usd else mfn_specific_usd end as specific_usd,
    case when class.is_column_2 then column_2_specific_unit else mfn_specific_unit end as specific_unit,
    case when class.is_column_2 then column_2_other_usd else mfn_other_usd end as other_usd,
    case when class.is_column_2 then column_2_other_unit else mfn_other_unit end as other_unit,
    column_2.policy_id
from node
join (select distinct class_origin, is_column_2 from origin_class where origin_country = class_origin) as class on true
left join column_2 on column_2.origin_country = class.class_origin
