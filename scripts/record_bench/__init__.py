"""The operation log: what a record costs its write, and how long a million rows take to verify, on both databases."""
