"""Goods texts and the tariff headings that their words speak for.

Belongs here: words of a text, what past entries and the tariff teach of them, judging a text by them.
Belongs elsewhere: features of a shipment (tidewaiter/features/text.py), the numbers (policy/text.yml).
"""
