-- grain: shipment x role x field x list x listed entity; inputs: core_shipment_party, core_shipment_line,
-- reference_watchlist_entry, name_plain, listed_plain (name, name_words), name_match, address_match, goods_match,
-- listed_country (countries as a list states them, codes), party_alias; binds: $raises, $lowers, $near, $places_programme
-- the likest name counts, of equals the primary one, of parties of one role the first
-- a country raises or lowers a score and drops no hit; goods have the role goods, places the list place
with listed as (
    select entry.* exclude (name), entry.name as listed_name, plain.name_words as listed_words, country.codes
    from reference_watchlist_entry as entry join listed_plain as plain using (name)
    left join listed_country as country on country.countries = entry.countries
    where entry.strength = 'strong'
),
by_name as (
    select filed.shipment_id, filed.role, 'name' as field, listed.list_code, listed.entity_id, listed.listed_name,
        listed.name_kind, listed.programme, match.matched_words, match.score as likeness,
        case when filed.country is null or listed.codes is null then 'unknown'
             when list_contains(listed.codes, filed.country) then 'same' else 'other' end as country_match,
        filed.party_number, filed.name, filed.address, filed.postal_code, filed.country, filed.account
    from core_shipment_party as filed
    join name_plain as plain on plain.name = filed.name
    join name_match as match on match.name_words = plain.name_words
    join listed on listed.listed_words = match.listed_words
),
by_address as (
    select filed.shipment_id, filed.role, 'address', listed.list_code, listed.entity_id, listed.listed_name,
        listed.name_kind, listed.programme, match.matched_words, $near::double,
        case when filed.country is null or listed.codes is null then 'unknown'
             when list_contains(listed.codes, filed.country) then 'same' else 'other' end,
        filed.party_number, filed.name, filed.address, filed.postal_code, filed.country, filed.account
    from core_shipment_party as filed
    join address_match as match on match.address = filed.address
        and match.city is not distinct from filed.city and match.country is not distinct from filed.country
    join listed on listed.list_code = match.list_code and listed.entity_id = match.entity_id and listed.name_kind = 'primary'
),
by_goods as (
    select line.shipment_id, 'goods', 'goods', match.list_code, coalesce(listed.entity_id, match.listed_words),
        coalesce(listed.listed_name, match.listed_words), coalesce(listed.name_kind, 'place'),
        case when match.list_code = 'place' then $places_programme else listed.programme end,
        match.listed_words, $near::double, 'unknown', null, null, null, null, null, null
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
),
likest as (
    select * from scored
    qualify row_number() over (partition by shipment_id, role, field, list_code, entity_id
        order by likeness desc, name_kind <> 'primary', listed_name, matched_words, country_match, party_number) = 1
)
select shipment_id, role, field, list_code, likest.entity_id, listed_name, name_kind, programme,
    matched_words as matched_key, likeness, country_match, score, band,
    coalesce(case when role = 'seller' then account end, alias.party_id) as party_id
from likest left join party_alias as alias on alias.spelling_id = md5(to_json(row(
    case when role in ('shipper', 'seller') then 'sender' else 'receiver' end,
    likest.name, likest.address, likest.postal_code, likest.country))::varchar)
order by shipment_id, role, field, list_code, entity_id
