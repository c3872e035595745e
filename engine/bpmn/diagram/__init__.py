"""Reads BPMN files into a small model of our own, finds what is wrong with it, and builds the routes that run."""
