-- grain: shipment x signal that the claim alone gives; inputs: claim, case_signal
-- of several origins with one signal the rule that is in force longest speaks, then the origin of the main line
with several as (
    select claim.*, case_signal.* exclude (case_id)
    from claim join case_signal using (case_id)
    where shipment_id in (select shipment_id from claim where not is_main)
    qualify row_number() over (
        partition by shipment_id, signal_code order by regime_from, regime_id, is_main desc, origin_country) = 1
),
one as (
    select claim.*, case_signal.* exclude (case_id)
    from claim join case_signal using (case_id)
    where shipment_id not in (select shipment_id from claim where not is_main)
)
select shipment_id, signal_code, severity, entered_on as judged_on, regime_id,
    replace(replace(sentence, '{origin}', coalesce(origin_country, 'unknown')), '{day}', entered_on::varchar) as sentence,
    concat_ws(', ', 'entry type ' || entry_type, 'origin ' || origin_country, 'mode ' || mode_code,
        format('USD {:,.2f}', value_usd::double)) as observed
from (select * from one union all select * from several)
