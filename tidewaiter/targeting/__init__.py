"""From scores to queues: what each port examines tonight, and why.

Belongs here: the record rule, selection within capacity, reasons in words, the scored night.
Belongs elsewhere: learning (models), features (tidewaiter/features), capacities and costs (policy).
"""
