-- grain: identifier that the policy allows to be shared; inputs: allowed_text (kind, text)
-- plain as identifier.sql makes it; of an address the street line, whatever its postal code
select distinct identifier_kind,
    case identifier_kind when 'phone' then right(regexp_replace(text, '[^0-9]', '', 'g'), 10)
        when 'email' then lower(trim(text))
        else trim(regexp_replace(lower(strip_accents(text)), '[^\p{L}\p{N}]+', ' ', 'g')) end as plain
from allowed_text
