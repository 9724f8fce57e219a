"""Learning from examinations: labels in, models with a card and scores with contributions out.

Belongs here: label rows, training, evaluation, model files, scoring, TreeSHAP.
Belongs elsewhere: choosing and saying why in words (tidewaiter/targeting), features (tidewaiter/features).
"""
