"""Scenarios of our own: what Camunda 7 and Flowable do, drawn in a few words and played through the pure core."""
