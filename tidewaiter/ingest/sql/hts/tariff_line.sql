-- grain: tariff line x first day; inputs: kept_hts
-- a rate is taken apart by its type code; what the tariff states in words only stays empty, and so does every amount of it
-- the unit of an amount is read from the words of the rate, because some are counted on other things than are reported
with stated as (
    select hts8, 'mfn' as side, mfn_text_rate as text, mfn_rate_type_code as kind, mfn_ad_val_rate as share,
        mfn_specific_rate as specific, mfn_other_rate as other, quantity_1_code as unit_1, quantity_2_code as unit_2
    from kept_hts
    union all
    select hts8, 'column_2', col2_text_rate, col2_rate_type_code, col2_ad_val_rate,
        col2_specific_rate, col2_other_rate, quantity_1_code, quantity_2_code
    from kept_hts
),
worded as (
    select *,
        lower(trim(regexp_extract(text, '(?:cents?|\$ ?[0-9.,]+) *(?:/ *([^+]+?)|each) *(?:\+|$)', 1))) as basis,
        case
            when kind = '0' then text like 'Free%'
            when kind in ('4', '5', '6', '7') then share < 9999 and regexp_matches(text, '[0-9] ?%')
                and not contains(lower(text), 'subheading')
            else coalesce(kind in ('1', '2', '3'), false)
        end as is_known
    from stated
),
united as (
    select *,
        case
            when kind in ('3', '6') then unit_1
            when basis in ('', 'each', 'head', 'article', '1000') then 'NO'
            when basis in ('thousand', '1,000', '1,000 pins') then 'THS'
            else coalesce(map {
                'kg': 'KG', 'liter': 'L', 'doz.': 'DOZ', 'pr.': 'PRS', 'm2': 'M2', 'm3': 'M3', 't': 'T', 'bbl': 'BBL',
                'gross': 'GRS', 'g': 'GM', 'm': 'M', 'lin. m': 'M', 'pack': 'PK', 'clean kg': 'CYK',
                'pf.liter': 'PFL', 'pf. liter': 'PFL', 'kg of total sugars': 'KTS'}[basis], basis)
        end as specific_unit
    from worded
),
apart as (
    select hts8, side, text,
        case when not is_known then null when kind in ('4', '5', '6', '7') then
            case when text = '33 1/3%' then 0.333333 else share end else 0 end as ad_valorem_rate,
        case when not is_known then null when kind in ('0', '7') then 0 else specific end as specific_usd,
        case when is_known and kind not in ('0', '7') then specific_unit end as specific_unit,
        case when not is_known then null when kind in ('3', '6') then other else 0 end as other_usd,
        case when is_known and kind in ('3', '6') then unit_2 end as other_unit
    from united
)
select
    line.hts8,
    line.begin_effect_date as valid_from,
    line.end_effective_date as valid_to,
    line.brief_description as description,
    mfn.text as mfn_text,
    mfn.ad_valorem_rate as mfn_ad_valorem_rate,
    mfn.specific_usd as mfn_specific_usd,
    mfn.specific_unit as mfn_specific_unit,
    mfn.other_usd as mfn_other_usd,
    mfn.other_unit as mfn_other_unit,
    second.text as column_2_text,
    second.ad_valorem_rate as column_2_ad_valorem_rate,
    second.specific_usd as column_2_specific_usd,
    second.specific_unit as column_2_specific_unit,
    second.other_usd as column_2_other_usd,
    second.other_unit as column_2_other_unit,
    line.source_file
from kept_hts as line
join apart as mfn on mfn.hts8 = line.hts8 and mfn.side = 'mfn'
join apart as second on second.hts8 = line.hts8 and second.side = 'column_2'
order by line.hts8
