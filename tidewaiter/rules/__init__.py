"""Rules that people write over the feature catalog: read, evaluated, weighed, judged on past nights.

Belongs here: the expression language, the model of rules.yml, hits, scores by rules, back-tests, reports.
Belongs elsewhere: the rules themselves (policy/rules.yml), who is examined (tidewaiter/targeting/selection.py).
"""
