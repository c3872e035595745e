"""Runs a compiled process on SpiffWorkflow: task specs, tokens and the case that holds them."""
