"""The targeting proof: ways of choosing exams, each in the same simulated world, judged by a truth that none can see.

Belongs here: the protocol, the policies, the judge, what is measured and shown.
Belongs elsewhere: the world (given by whoever starts the proof), the night (tidewaiter/night), learning (models).
"""
