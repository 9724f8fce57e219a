-- mart.line_duty: one row a declared line of the date, as core.line_duty has it.
-- binds: $on, the date.
select $on::date as date, duty.* from core_line_duty as duty
