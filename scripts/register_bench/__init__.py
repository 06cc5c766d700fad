"""The register at the size of a city and of a prefecture: import, difference, searches, and clients beside an import.

Started by ``scripts/bench.py register``. Every stage writes its figures into a file of its own, so that a run that was
ended goes on where it stopped.
"""
