-- grain and key: shipment_id of the date; inputs: tonight (shipment_id), duty (core.line_duty of the date)
-- of several lines the sum, empty when one of them is not known; the rate is that of the line of the highest one
select tonight.shipment_id,
    max(duty.duty_rate)::double as duty_rate,
    case when count(duty.duty_owed_usd) = count(duty.line_number) then sum(duty.duty_owed_usd) end::double as duty_owed_usd,
    sum(duty.duty_forgone_usd)::double as duty_forgone_usd,
    sum(duty.duty_at_stake_usd)::double as duty_at_stake_usd,
    bool_and(duty.is_duty_known)::double as is_duty_known,
    bool_or(duty.has_section_301)::double as has_section_301,
    bool_or(duty.has_section_232)::double as has_section_232,
    bool_or(duty.has_adcvd)::double as has_adcvd
from tonight left join duty using (shipment_id)
group by tonight.shipment_id
