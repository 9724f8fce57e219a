-- grain: known party that an unseen spelling may join x name of any spelling of it; inputs: past_spelling,
-- candidate_party (past_id: the party that a link of the crosswalk says, party_id: what it is now); binds: $most
-- of a party with more than $most names one more is told: whatever the others are, it has too many
with named as (
    select distinct candidate_party.party_id, past_spelling.name_key
    from past_spelling join candidate_party on candidate_party.past_id = past_spelling.party_id
)
select party_id, name_key from named
qualify row_number() over (partition by party_id order by name_key) <= $most + 1
order by party_id, name_key
