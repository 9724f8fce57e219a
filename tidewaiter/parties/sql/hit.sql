-- grain: shipment x role x field x list x listed entity; inputs: core_shipment_party, core_shipment_line,
-- reference_watchlist_entry, name_plain, listed_plain (name, name_words), name_match, address_match, goods_match,
-- country_name; binds: $raises, $lowers, $near; the likest name counts, of equals the primary one
-- a country raises or lowers a score and drops no hit; goods have the role goods, places the list place
with listed as (
    select entry.* exclude (name), entry.name as listed_name, plain.name_words as listed_words
    from reference_watchlist_entry as entry join listed_plain as plain using (name)
    where entry.strength = 'strong'
),
filed as (
    select party.*, country_name.name as country_name
    from core_shipment_party as party left join country_name using (country)
),
by_name as (
    select filed.shipment_id, filed.role, 'name' as field, listed.list_code, listed.entity_id, listed.listed_name,
        listed.name_kind, listed.programme, match.matched_words, match.score as likeness,
        case when filed.country_name is null or listed.countries is null then 'unknown'
             when contains(lower(listed.countries), filed.country_name) then 'same' else 'other' end as country_match
    from filed
    join name_plain as plain on plain.name = filed.name
    join name_match as match on match.name_words = plain.name_words
    join listed on listed.listed_words = match.listed_words
),
by_address as (
    select filed.shipment_id, filed.role, 'address', listed.list_code, listed.entity_id, listed.listed_name,
        listed.name_kind, listed.programme, match.matched_words, $near::double,
        case when filed.country_name is null or listed.countries is null then 'unknown'
             when contains(lower(listed.countries), filed.country_name) then 'same' else 'other' end
    from filed
    join address_match as match on match.address = filed.address
    join listed on listed.list_code = match.list_code and listed.entity_id = match.entity_id and listed.name_kind = 'primary'
),
by_goods as (
    select line.shipment_id, 'goods', 'goods', match.list_code, coalesce(listed.entity_id, match.listed_words),
        coalesce(listed.listed_name, match.listed_words), coalesce(listed.name_kind, 'place'), listed.programme,
        match.listed_words, $near::double, 'unknown'
    from core_shipment_line as line
    join goods_match as match on match.description = line.description
    left join listed on listed.listed_words = match.listed_words and listed.list_code = match.list_code
),
every as (select * from by_name union all select * from by_address union all select * from by_goods),
scored as (
    select *, case when likeness = 1 and field = 'name' then 'exact' when likeness >= $near then 'near' else 'possible' end
        as band,
        least(1, greatest(0, likeness + case country_match when 'same' then $raises when 'other' then -$lowers else 0 end))
        as score
    from every
)
select shipment_id, role, field, list_code, entity_id, listed_name, name_kind, programme, matched_words as matched_key,
    likeness, country_match, score, band
from scored
qualify row_number() over (partition by shipment_id, role, field, list_code, entity_id
    order by likeness desc, name_kind <> 'primary', listed_name, matched_words, country_match) = 1
order by shipment_id, role, field, list_code, entity_id
