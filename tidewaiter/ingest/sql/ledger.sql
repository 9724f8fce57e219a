-- grain: one row a landed file of the feed
-- inputs: read_file (what the reader made of it), kept and held (rows a file); $share, $least from policy/ingest.yml
select
    feed,
    file,
    sha256,
    size_bytes,
    case when too_many then 'refused' else status end as status,
    rows_n,
    case when status = 'accepted' and not too_many then coalesce(kept_n, 0) end as kept_n,
    case when status = 'accepted' and not too_many then coalesce(held_n, 0) end as held_n,
    case when too_many then format('{} of {} rows break their contract, most often {}', held_n, rows_n, top_rules)
         else cause end as cause,
    case when too_many then 'correct the file and land it again under a new name' else fix end as fix,
    notes,
    too_many
from (
    select read_file.*, kept.kept_n, held.held_n, held.top_rules,
        coalesce(held.held_n > $share * read_file.rows_n and read_file.rows_n >= $least, false) as too_many
    from read_file left join kept using (file) left join held using (file)
)
order by file
