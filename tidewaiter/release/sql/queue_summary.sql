-- mart.queue_summary: one row a queue, as queue.summary has it.
select summary.*, port_name.meaning as port_name
from queue_summary as summary
left join port_name on port_name.code = summary.port_code
