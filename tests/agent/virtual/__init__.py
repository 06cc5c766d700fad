"""Cards of the tests' own, of invented persons: counters that count, files that ask for their rights, faults on demand."""
