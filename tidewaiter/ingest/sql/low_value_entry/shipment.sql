-- grain: entry x filing; the newest filing of an entry carries every line as it now stands, earlier filings their own
-- inputs: kept_low_value_entry; the main line is the one of highest value
-- most entries are one row, which needs no look at others: only those that share a digest with another row, or cancel
with shared as (
    select hash(entry_number) as digest from kept_low_value_entry group by digest having count(*) > 1
),
line as (
    select *,
        row_number() over (partition by entry_number, line_number
            order by filed_at desc, source_file desc, source_line desc) = 1 and record_status <> 'cancelled' as stands,
        filed_at = max(filed_at) over (partition by entry_number) as is_newest_filing
    from kept_low_value_entry where hash(entry_number) in (from shared) or record_status = 'cancelled'
),
filing as (
    select entry_number, filed_at, is_newest_filing,
        min(source_file) as source_file,
        arg_min(source_line, (source_file, source_line)) as source_line,
        bool_and(record_status = 'cancelled') as is_cancelled,
        bool_or(record_status = 'new') as is_new
    from line group by all
),
member as (
    select filing.entry_number, filing.filed_at, line.* exclude (entry_number, filed_at, is_newest_filing, stands,
        source_file, source_line, source_sha256, landed_on, record_status)
    from filing join line on line.entry_number = filing.entry_number
        and (line.filed_at = filing.filed_at and not filing.is_newest_filing or line.stands and filing.is_newest_filing)
),
summed as (
    select entry_number, filed_at,
        arg_max(columns(* exclude (entry_number, filed_at, line_number, quantity, gross_weight_kg, value_usd,
            listed_price_usd)), (value_usd, -line_number)),
        count(*)::integer as lines_n,
        sum(quantity) as quantity,
        sum(gross_weight_kg) as gross_weight_kg,
        sum(value_usd) as value_usd,
        sum(listed_price_usd) as listed_price_usd
    from member group by entry_number, filed_at
),
entry as (
    select filing.*, summed.* exclude (entry_number, filed_at),
        case when filing.is_newest_filing and summed.entry_number is null
                 or filing.is_cancelled and not filing.is_newest_filing then 'cancelled'
             when filing.is_new then 'new' else 'amended' end as status
    from filing left join summed using (entry_number, filed_at)
    union all by name
    select *, 1::integer as lines_n, case when record_status = 'new' then 'new' else 'amended' end as status
    from kept_low_value_entry where hash(entry_number) not in (from shared) and record_status <> 'cancelled'
)
select
    'entry:' || entry_number as shipment_id,
    'entry:' || entry_number || '@' || epoch_us(filed_at) as version_key,
    status as record_status,
    'low_value' as stream,
    entry_type,
    filed_at,
    port_code,
    mode_code,
    carrier_code,
    null::varchar as conveyance,
    filer_code,
    master_bill,
    house_bill,
    estimated_arrival_at,
    origin_country,
    export_country,
    packing_country,
    null::varchar as lading_place,
    hts10,
    description,
    lines_n,
    ceil(quantity)::bigint as pieces_n,
    gross_weight_kg,
    value_usd,
    listed_price_usd,
    marketplace,
    account_opened_on,
    verified_known_consignor as is_known_consignor,
    screened as is_screened,
    0::integer as containers_n,
    source_file,
    source_line
from entry
