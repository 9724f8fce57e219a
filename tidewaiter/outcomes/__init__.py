"""What examinations established: findings matched to shipments, and the labels made from them.

Belongs here: matching, labels, each entity's record of exams and findings.
Belongs elsewhere: reading findings (tidewaiter/ingest), learning from labels (models).
"""
