"""A working office of real processes, clients that keep their own ledger, and everything that can go wrong at once."""
