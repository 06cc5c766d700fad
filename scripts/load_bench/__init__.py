"""``scripts/bench.py load``: a whole city's staff at work at once, over HTTP on several server processes and PostgreSQL."""
