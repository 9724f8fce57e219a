-- grain: selected shipment x edge of its neighbourhood; inputs: queue_link
select * from queue_link
