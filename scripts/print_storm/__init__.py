"""The print storm: many clerks print at once while things break, and every page of every paper is looked at."""
