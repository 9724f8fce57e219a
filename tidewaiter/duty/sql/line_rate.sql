-- grain: shipment_id x line_number with its rate and quantities
-- inputs: duty_line, origin_class, code_rate, unit_ratio, kg_ratio, possible_order, preference_origin
-- a quantity in another unit is converted; kilograms come from the gross weight where no quantity gives them
select line.*, rate.* exclude (hts_code, class_origin, chain, unknown), class.class_origin,
    line.quantity * case when line.quantity_unit = rate.specific_unit then 1 else first.ratio end as declared_1,
    coalesce(declared_1, line.gross_weight_kg * first_kg.ratio) as specific_quantity,
    line.quantity * case when line.quantity_unit = rate.other_unit then 1 else second.ratio end as declared_2,
    coalesce(declared_2, line.gross_weight_kg * second_kg.ratio) as other_quantity,
    coalesce(rate.chain, '') || coalesce(possible.chain, '') as rate_chain,
    nullif(concat_ws('; ',
        case when line.hts10 is null then 'the tariff number is not declared'
            when line.origin_country is null then 'the origin is not declared'
            when class.class_origin is null then 'the origin is not a known country'
            when rate.hts_code is null then write_absence() else rate.unknown end,
        possible.unknown), '') as rate_unknown,
    possible.unknown is not null as has_possible_order,
    line.origin_country in (select origin_country from preference_origin) as has_preference
from duty_line as line
left join origin_class as class on class.origin_country = line.origin_country
left join code_rate as rate on rate.hts_code = line.hts10 and rate.class_origin = class.class_origin
left join unit_ratio as first on first.declared = line.quantity_unit and first.unit = rate.specific_unit
left join unit_ratio as second on second.declared = line.quantity_unit and second.unit = rate.other_unit
left join kg_ratio as first_kg on first_kg.unit = rate.specific_unit
left join kg_ratio as second_kg on second_kg.unit = rate.other_unit
left join possible_order as possible
    on possible.description = line.description and possible.origin_country = line.origin_country
