"""The word lists of the invented city. Data only: see each file's first line."""
