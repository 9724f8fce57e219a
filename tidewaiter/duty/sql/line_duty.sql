-- grain: shipment_id x line_number: core.line_duty; inputs: alternative
-- exempt: nothing is owed, and what the tariff asks for is forgone; by item: the first line of a shipment bears it
-- a duty that is not known is empty, never nought
with found as (
    select *,
        case method when 'exempt' then null when 'ad_valorem' then unknown
            when 'postal_item' then case when item_usd is null then 'the amount a postal item owes' end
            when 'ad_valorem_or_postal_item' then 'the carrier chooses between the value and an amount an item'
            else 'how the duty is found on that day' end as reasons,
        case when line_number = first_line_number then item_usd else 0 end as own_item_usd
    from alternative
),
owed as (
    select *, reasons is null as is_known,
        case when reasons is not null then null when method = 'exempt' then 0
            when method = 'postal_item' then own_item_usd else full_usd end::decimal(18, 2) as owed_usd,
        greatest(if_line_usd, if_origin_usd, if_value_usd) as most_usd,
        coalesce(full_chain, concat_ws(': ', nullif(rate_chain, ''), 'duty unknown (' || unknown || ')'))
            as words
    from found
)
select shipment_id, line_number, hts10, origin_country, hts8, method as duty_method,
    case when rate_unknown is null then rate end as duty_rate,
    rate_min as duty_rate_min,
    rate_max as duty_rate_max,
    case when not is_known then null when method = 'ad_valorem' then full_ad_valorem_usd else 0 end as ad_valorem_usd,
    case when not is_known then null when method = 'ad_valorem' then full_specific_usd else owed_usd end as specific_usd,
    owed_usd as duty_owed_usd,
    is_known as is_duty_known,
    reasons as unknown_parts,
    case method
        when 'exempt' then 'exempt, USD 0; else ' || words
        when 'ad_valorem' then words
        when 'postal_item' then coalesce(write_usd(own_item_usd) || case when line_number = first_line_number
            then ' for the postal item' else ': the first line bears the postal item' end, 'duty unknown (postal item)')
        when 'ad_valorem_or_postal_item' then
            concat('either ', write_usd(item_usd), ' for the postal item or a share of the value, as the carrier chose')
        else 'duty unknown (how it is found on that day); by the value ' || words
    end as chain,
    case when method = 'exempt' then full_usd end as duty_forgone_usd,
    if_line_usd as duty_if_line_usd,
    case when if_line_usd is not null then other_hts8 end as duty_if_line_hts8,
    if_origin_usd as duty_if_origin_usd,
    case when if_origin_usd is not null then other_origin end as duty_if_origin_country,
    if_value_usd as duty_if_value_usd,
    case when most_usd > owed_usd then most_usd - owed_usd when most_usd <= owed_usd then 0 end as duty_at_stake_usd,
    has_section_301,
    has_section_232,
    case when class_origin is not null and hts10 is not null then coalesce(has_adcvd, false) or has_possible_order end
        as has_adcvd,
    is_checked,
    ids as policy_ids,
    snapshot_on as tariff_snapshot_on
from owed
