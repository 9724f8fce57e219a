-- grain: shipment_id, by the origin of its main line; inputs: claim, case_answer
select shipment_id, filed_on, entered_on, is_exempt_eligible, legal_entry_types, unknown_entry_types, duty_method,
    regime_ids
from claim join case_answer using (case_id)
where is_main
