"""Disclosure (開示): what of a person may leave the data room, decided before any screen, paper or file asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

MASK = "（住所は表示できません）"
"""Stands for every address-bearing value of a protected person; the same text for everyone, so it hints at nothing."""


FIELDS: dict[str, dict[str, frozenset[str]]] = {
    "resident_code": {"20b": frozenset({"juminhyokodo"})},
    "income": {
        "03": frozenset({"gokeishotokukingaku", "soshotokukingakuto", "shotokuwarigaku", "kintowarigaku"}),
    },
    "arrears": {"04": frozenset({"tainogaku", "tainokensu", "chuimongon"})},
    "disability": {"07": frozenset({"shogaimei", "tokeibuikodo"})},
    "assistance": {"06": frozenset({"kesubango"})},
    "counterpart": {"01c": frozenset({"kagaishashimei"})},
}
"""Groups of columns that the right to their data set does not open by itself: a role names those it opens.

The resident record code (住民票コード), amounts of income and tax, of arrears (滞納), the name of a disability, the case
number of public assistance (生活保護), and the counterpart of a support measure (相手方), which no role opens: it is
compared, never shown.
"""

CLOSED_PURPOSES = frozenset({"search", "release", "protect", "enquiry", "office"})
"""What is done for these (finding, deciding, answering somebody outside) needs none of the groups, whoever asks."""

DISTANT_PURPOSES = frozenset({"enquiry", "office"})
"""Who asks is not there, or works for another office: what is delicate is not read for him at all."""

DELICATE = frozenset({"03", "04", "06", "07", "14"})
"""Data sets of income, arrears (滞納), public assistance (生活保護), disability and single parents' allowance."""


UNNAMED = DELICATE | {"01c"}
"""Data sets in which somebody's mere number tells something of him: that he gets assistance, owes, or is protected."""


def readable(data_sets: frozenset[str], purpose: str) -> frozenset[str]:
    """Those of a role's data sets that may be read for a purpose."""
    return data_sets - DELICATE if _kind(purpose) in DISTANT_PURPOSES else data_sets


def _kind(purpose: str) -> str:
    """A purpose may say what it is about behind a colon ("case:k1"); only what stands before it decides."""
    return purpose.partition(":")[0]


def hidden_columns(opened: Collection[str], purpose: str) -> Mapping[str, frozenset[str]]:
    """By data set: the columns that may not leave the data room for somebody who opens these groups, for a purpose."""
    closed = set(FIELDS) - ({*opened} if _kind(purpose) not in CLOSED_PURPOSES else set())
    found: dict[str, frozenset[str]] = {}
    for group in closed:
        for data_set, columns in FIELDS[group].items():
            found[data_set] = found.get(data_set, frozenset()) | columns
    return found


@dataclass(frozen=True)
class Disclosure:
    """Who asks, where he acts, for what, which data sets he may read, and for which businesses (業務ID) he works.

    ``hidden`` are the columns (by data set) that he may not see although he reads the set.

    Built by operations from the signed-in member of staff and the counter (窓口) he acts at;
    queries of the data room take it as an argument without a default.
    """

    staff_id: str
    counter: str
    purpose: str
    data_sets: frozenset[str]
    businesses: frozenset[str] = frozenset()
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def may_read(self, data_set: str) -> bool:
        return data_set in self.data_sets

    def visible(self, data_set: str, values: Mapping[str, str]) -> dict[str, str]:
        """A row without the columns that may not be seen: they are absent, not empty."""
        hidden = self.hidden.get(data_set, frozenset())
        return {column: value for column, value in values.items() if column not in hidden}
