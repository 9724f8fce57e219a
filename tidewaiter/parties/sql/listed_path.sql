-- grain: party within two steps of a listed one; inputs: party_seed, near
-- the shortest path, of equals that over the smaller keys; hops_n 0 is the listed party itself
with listed as (select party_key from party_seed where is_listed),
one as (
    select near.party_key, min(near.near_key) as listed_key
    from near join listed on listed.party_key = near.near_key group by near.party_key
),
two as (
    select near.party_key, min(near.near_key) as over_key
    from near join one on one.party_key = near.near_key group by near.party_key
)
select party_key, 0 as hops_n, party_key as listed_key, null::ubigint as over_key from listed
union all
select party_key, 1, listed_key, null from one anti join listed using (party_key)
union all
select two.party_key, 2, one.listed_key, two.over_key
from two join one on one.party_key = two.over_key
where two.party_key not in (select party_key from listed) and two.party_key not in (select party_key from one)
