"""Every derived fact the content may use, by the name it uses.

Each derivation answers in three values: None where what it rests on does not decide, a Span where it bounds a number.
"""

from __future__ import annotations

from app.domain.age_derivations import AGES
from app.domain.derivation import Table
from app.domain.household_derivations import HOUSEHOLDS
from app.domain.question_derivations import QUESTIONS

DERIVATIONS: Table = {**AGES, **HOUSEHOLDS, **QUESTIONS}
