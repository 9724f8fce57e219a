"""What the law asks for on a date, and the filings that claim what their date forbids.

Belongs here: the rules by date as policy data, questions to them, compliance signals.
Belongs elsewhere: the rules themselves (policy/regimes.yml), duty rates and amounts owed (tariff files).
"""
