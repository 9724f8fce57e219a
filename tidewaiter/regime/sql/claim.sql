-- grain: shipment, by the origin of its main line; inputs: core_shipment, local_day,
-- cell_origin, cell_mode, cell_entry_type (code, cell: a number that codes alike share, from 1)
-- goods are entered when they are filed or when they arrive, whichever is later
-- case_id holds two digits for each thing that the rules tell apart: shipments with one case have the same answers
-- value_band stands for SQL that counts the limits that a value is over, from 1, or 0 where there is no value
-- codes are looked up before days: the other way round DuckDB expects few rows, and hashes them instead of the codes
with coded as (
    select shipment_id, entry_type, mode_code, origin_country, value_usd, lines_n, filed_at, estimated_arrival_at,
        10000 * cell_mode.cell
            + 1000000 * coalesce(cell_entry_type.cell, 0)
            + 100000000 * (value_band)
            + 10000000000 * coalesce(cell_origin.cell, 0) as coded_case
    from core_shipment
    left join cell_mode on cell_mode.code = mode_code
    left join cell_entry_type on cell_entry_type.code = entry_type
    left join cell_origin on cell_origin.code = origin_country
)
select coded.* exclude (filed_at, estimated_arrival_at, coded_case, lines_n),
    filed.local_on as filed_on,
    greatest(filed.local_on, arrival.local_on) as entered_on,
    filed.cell + 100 * greatest(filed.cell, arrival.cell) + coded_case as case_id,
    true as is_main,
    lines_n > 1 as has_lines
from coded
join local_day as filed on filed.hour_n = epoch_us(filed_at) // 3600000000
join local_day as arrival on arrival.hour_n = epoch_us(estimated_arrival_at) // 3600000000
