-- figures as a person reads them: no needless noughts, thousands apart; duty at a rate; one text for a case of duty_method
create or replace temp macro write_number(figure, digits) as
    rtrim(rtrim(format('{:,.' || digits || 'f}', figure::double), '0'), '.');
create or replace temp macro write_percent(rate) as write_number(rate * 100, '4') || ' %';
create or replace temp macro write_usd(usd) as 'USD ' || replace(format('{:,.2f}', usd::double), '.00', '');
-- an amount at a rate, in cents: to the same cent either way, and where both are small in 64 bits and not in 128, which
-- divides fifty times as slowly
create or replace temp macro take_rate(usd, rate) as
    case when abs(usd) < 1000000000 and abs(rate) < 10 then (usd::decimal(18, 2) * rate::decimal(18, 6))::decimal(18, 2)
        else (usd * rate)::decimal(18, 2) end;
create or replace temp macro name_case(origin_country, mode_code, entry_type, value_band) as
    concat(origin_country, '|', mode_code, '|', entry_type, '|', value_band);
-- where nothing at all has landed, no number can be in it
create or replace temp macro write_absence() as
    case when exists(from reference_tariff_line) then 'the tariff number is not in the tariff' else 'no tariff has landed' end;
-- mattresses -> mattress, nails -> nail
create or replace temp macro write_singular(word) as
    regexp_replace(regexp_replace(word, '(ss|sh|ch|x|z)es$', '\1'), '([^s])s$', '\1');
