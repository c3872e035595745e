"""`python -m tests.loads`: the promises at the loads they were given for; `make promises` runs it."""
