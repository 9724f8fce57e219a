-- grain: distinct goods text x origin that may be under an order that mentions no tariff number; inputs: duty_line,
-- reference_adcvd_order; every word of the order's name but small words is in the text, plural or not
-- the longest word of a name is looked up first, so that few texts are compared with each order
with named as (
    select case_number, country_code, list_distinct(list_transform(
        list_filter(regexp_extract_all(lower(product), '[a-z]+'),
            lambda word: word not in ('certain', 'and', 'or', 'of', 'the', 'from', 'other', 'product', 'products')),
        lambda word: write_singular(word))) as words
    from reference_adcvd_order where hts_prefix = ''
),
anchored as (
    select *, list_reverse_sort(list_transform(words, lambda word: {digits: length(word), word: word}))[1].word as anchor
    from named where len(words) > 0
),
text as (
    select description, origin_country,
        list_distinct(list_transform(regexp_extract_all(lower(description), '[a-z]+'),
            lambda word: write_singular(word))) as words
    from (
        select distinct description, origin_country from duty_line
        where description is not null and origin_country in (select country_code from anchored)
    )
),
word as (select description, origin_country, words, unnest(words) as word from text)
select word.description, word.origin_country,
    string_agg('order ' || case_number || ' may apply by its words', '; ' order by case_number) as unknown,
    string_agg(' + unknown ' || case when case_number like 'A-%' then 'anti-dumping ' else 'countervailing ' end
        || case_number, '' order by case_number) as chain
from word
join anchored on anchored.anchor = word.word and anchored.country_code = word.origin_country
    and list_has_all(word.words, anchored.words)
group by all
