"""A small made-up trade as landing folders in the feeds' own layouts, so that a first night has something to read.

Belongs here: whatever invents parties, goods, shipments, findings and lists for the sample night.
Belongs elsewhere: readers, features, scores; nothing in the pipeline imports this package or knows its names.
"""
