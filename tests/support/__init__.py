"""What tests of several folders share: the fake clock, the PostgreSQL server, the live office and its browser."""
