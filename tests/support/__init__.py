"""What several tests share: rows, landing folders and small lakes.

Belongs here: builders without assertions.
Belongs elsewhere: tests.
"""
