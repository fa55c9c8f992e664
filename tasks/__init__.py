"""The steps: each does one thing in its own transactions, can be repeated, and says in plain words how it ended."""
