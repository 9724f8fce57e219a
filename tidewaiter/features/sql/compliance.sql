-- grain: shipment; key: shipment_id; window: the date itself
-- inputs: tonight (shipment_id), regime (is_exempt_eligible), signal (signal_code), day_value (consignee_day_value_usd)
-- leak rule: what was filed by the date and the rules of its day, nothing later
-- whether the exemption is barred is unknown where the rules do not say whether it is open
with told as (
    select shipment_id,
        count(*) as signals_n,
        bool_or(signal_code in ('EXEMPTION_BARRED', 'EXEMPTION_BARRED_ORIGIN')) as is_barred,
        bool_or(signal_code = 'ENTRY_TYPE_NOT_LEGAL') as is_type_not_legal,
        bool_or(signal_code in ('VALUE_OVER_EXEMPTION', 'VALUE_OVER_INFORMAL', 'DAY_SUM_OVER_EXEMPTION')) as is_over,
        bool_or(signal_code in ('DATA_MISSING', 'DATA_MISSING_SOFT')) as is_missing
    from signal group by shipment_id
)
select
    tonight.shipment_id,
    coalesce(signals_n, 0) as compliance_signals_n,
    case when coalesce(is_barred, false) or regime.is_exempt_eligible is not null then coalesce(is_barred, false) end
        as is_exemption_barred,
    coalesce(is_type_not_legal, false) as is_entry_type_not_legal,
    coalesce(is_over, false) as is_over_threshold,
    coalesce(is_missing, false) as is_required_data_missing,
    day_value.consignee_day_value_usd
from tonight
left join regime using (shipment_id)
left join told using (shipment_id)
left join day_value using (shipment_id)
