"""The domain of Tidewaiter: trade data in, ranked exam queues out.

Belongs here: ingest, parties, features, targeting, release and the command line.
Belongs elsewhere: orchestration (assets, pipelines), contracts (data_quality), learning (models).
"""

__version__ = "0.1.0"
