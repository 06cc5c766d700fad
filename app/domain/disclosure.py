"""Disclosure (開示): what of a person may leave the data room, decided before any screen, paper or file asks."""

from __future__ import annotations

from dataclasses import dataclass

MASK = "（住所は表示できません）"
"""Stands for every address-bearing value of a protected person; the same text for everyone, so it hints at nothing."""


@dataclass(frozen=True)
class Disclosure:
    """Who asks, where he acts, for what, which data sets he may read, and for which businesses (業務ID) he works.

    Built by operations from the signed-in member of staff and the counter (窓口) he acts at;
    queries of the data room take it as an argument without a default.
    """

    staff_id: str
    counter: str
    purpose: str
    data_sets: frozenset[str]
    businesses: frozenset[str] = frozenset()

    def may_read(self, data_set: str) -> bool:
        return data_set in self.data_sets
