-- mart.fairness: one row a group, as score.fairness has it.
select * from score_fairness
