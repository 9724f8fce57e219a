-- grain: shipment_id x signal_code; inputs: claim_signal, day_signal, data_signal, which share no signal
select * from claim_signal union all select * from day_signal union all select * from data_signal
