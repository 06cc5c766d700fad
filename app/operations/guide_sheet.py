"""What the guide sheet (手続き案内書) says: the procedures in the order of the round, in Japanese and the resident's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.documents.fonts import in_name_signs
from app.domain.case import Case, ProcedureState
from app.domain.content import ContentPack, Rule
from app.domain.dates import today_in_japan
from app.domain.deadlines import date_title
from app.domain.facts import FactSet
from app.domain.guide_words import WORDS, place_numbers, place_words
from app.domain.handovers import DONE
from app.domain.languages import JAPANESE, Language, language
from app.domain.reading import Reader
from app.domain.rules import Need, Verdict, age_words
from app.operations.procedure_list import ListedProcedure

CHOSEN, LARGE = "guide.language", "guide.large"
"""The facts of a case under which the language and the type size of its sheet are kept."""

PLAIN_FORM = "tetsuzuki_annai"
FORMS: dict[tuple[bool, bool], str] = {
    (False, False): PLAIN_FORM,
    (True, False): "tetsuzuki_annai_tagengo",
    (False, True): "tetsuzuki_annai_ookina",
    (True, True): "tetsuzuki_annai_ookina_tagengo",
}
"""The forms of the sheet: (in another language beside Japanese, in large type)."""
GUIDE_FORMS = frozenset(FORMS.values())


@dataclass(frozen=True)
class SheetChoice:
    """How a case's sheet is printed: in which language beside Japanese (`ja`: in none), and whether in large type."""

    code: str = JAPANESE
    large: bool = False

    @classmethod
    def of(cls, case: Case) -> SheetChoice:
        """What was chosen for a case."""
        return cls(str(case.fact(CHOSEN, default=JAPANESE)), bool(case.fact(LARGE, default=False)))

    @property
    def language(self) -> Language:
        """The language."""
        return language(self.code)

    @property
    def form(self) -> str:
        """The code of the form."""
        return FORMS[self.language.code != JAPANESE, self.large]


class GuideSheet:
    """Writes the values of one sheet. `memory` holds the translations of its language by Japanese text."""

    def __init__(
        self, pack: ContentPack, facts: FactSet, verdicts: Sequence[Verdict], chosen: Language, memory: Mapping[str, str]
    ) -> None:  # fmt: skip
        self._pack, self._language, self._memory = pack, chosen, memory
        self._reader, self._verdicts = Reader(pack, facts), verdicts
        self._rules: dict[str, Rule] = {rule.id: rule for rule in pack.rules}

    def values(self, case: Case, listed: Sequence[ListedProcedure]) -> dict[str, Any]:
        """Everything the sheet prints beside the values that all forms of the case share."""
        rows = [self.row(order, item) for order, item in enumerate(listed, start=1)]
        values: dict[str, Any] = {"procedures": rows, "procedures.count": len(rows)}
        if self._language.code == JAPANESE:
            return values
        values["language"] = self._language.code
        values |= {f"other.{code}": self._memory.get(text, "") for code, text in WORDS.items()}
        name = in_name_signs(case.visitor.name) if case.visitor else ""
        values["other.visitor"] = self._filled(WORDS["visitor"], name=name)
        values["other.count"] = self._filled(WORDS["count"], count=len(rows))
        values["other.received_day"] = self._language.day(case.received_on)
        return values

    def row(self, order: int, item: ListedProcedure) -> dict[str, Any]:
        """One procedure: in Japanese, and under `other_…` in the language as far as it is translated."""
        procedure, floor = item.procedure, item.floor
        numbers = place_numbers(floor)
        row: dict[str, Any] = {
            "order": order, "title": procedure.title, "what": procedure.explanation, "why": item.line.reason,
            "people": "、".join(item.names), "place": item.section, "floor": floor,
            "floor_number": numbers.get("floor", ""), "window": numbers.get("window", ""),
            "bring": "\n".join(procedure.bring), "deadline": deadline_text(item), "automatic": procedure.automatic,
            "done": is_done(item),
        }  # fmt: skip
        if self._language.code != JAPANESE:
            said = self._memory.get
            row |= {
                "other_title": said(procedure.title, ""), "other_what": said(procedure.explanation, ""),
                "other_why": self._why(item), "other_place": said(item.section, ""), "other_floor": self._floor(floor),
                "other_bring": "\n".join(said(thing, "") for thing in procedure.bring),
                "other_deadline": self._deadline(item),
            }  # fmt: skip
        return row

    def _filled(self, source: str, **words: object) -> str:
        found = self._memory.get(source, "")
        return found.format_map(words) if found else ""

    def _floor(self, floor: str) -> str:
        numbers = place_numbers(floor)
        words = [self._filled(word, **numbers) for word in place_words(floor)]
        return ", ".join(words) if all(words) else ""

    def _why(self, item: ListedProcedure) -> str:
        """The reasons of the rows that were met, each naming everybody it was met for; nothing when one is not translated."""
        met: dict[str, list[Verdict]] = {}
        for verdict in self._verdicts:
            if verdict.procedure == item.procedure.code and verdict.value is Need.NEEDED:
                met.setdefault(verdict.rule_id, []).append(verdict)
        if not met or item.by_hand:
            return self._memory.get(item.line.reason, "")
        made = [self._reason(self._rules[rule], verdicts) for rule, verdicts in met.items()]
        return "\n".join(dict.fromkeys(made)) if all(made) else ""

    def _reason(self, rule: Rule, verdicts: Sequence[Verdict]) -> str:
        aged = "{age}" in rule.reason
        names = [self._name(verdict.person, aged) for verdict in verdicts if verdict.person]
        people = [self._name(person, False) for verdict in verdicts for person in verdict.people]
        joint = self._language.joint
        return self._filled(
            rule.reason, name=joint.join(dict.fromkeys(names)), people=joint.join(dict.fromkeys(people))
        )

    def _name(self, person: str, aged: bool) -> str:
        name = in_name_signs(self._reader.facts.person(person).name)
        return f"{name} ({age_words(self._reader, person)})" if aged else name

    def _deadline(self, item: ListedProcedure) -> str:
        """The last day as the language's readers write it, then what else is said; nothing when a part is not translated."""
        shown = item.deadline
        parts: list[str] = []
        if shown.deadline is not None:
            parts.append(self._filled(WORDS["until"], date=self._language.day(shown.deadline.last_day)))
            if shown.deadline.is_over(today_in_japan()):
                parts.append(self._memory.get(WORDS["over"], ""))
            if shown.deadline.is_moved:
                parts.append(self._memory.get(WORDS["moved"], ""))
        elif shown.rule is not None:
            for limit in shown.rule.limits:
                word = WORDS[f"{limit.unit}{'_first' if limit.include_first else ''}"]
                base = self._memory.get(date_title(self._pack, limit.base), "")
                parts.append(self._filled(word, base=base, amount=limit.amount) if base else "")
            if len(shown.rule.limits) > 1:
                parts.append(self._memory.get(WORDS["earlier"], ""))
        if shown.rule is not None and shown.rule.note:
            parts.append(self._memory.get(shown.rule.note, ""))
        if item.procedure.deadline_note:
            parts.append(self._memory.get(item.procedure.deadline_note, ""))
        return "\n".join(dict.fromkeys(parts)) if all(parts) else ""


def is_done(item: ListedProcedure) -> bool:
    """Whether nothing is left to do for a procedure at a counter."""
    state = item.line.state
    if state in {ProcedureState.NOT_STARTED, ProcedureState.RETURNED}:
        return False
    return state in DONE or item.here


def deadline_text(item: ListedProcedure) -> str:
    """The last day with its weekday and how it was counted, or the words alone when there is no day, and what else is said."""
    shown = item.deadline
    over = WORDS["over"] if shown.deadline is not None and shown.deadline.is_over(today_in_japan()) else ""
    note = shown.rule.note if shown.rule is not None else ""
    parts = (shown.text, over, note, item.procedure.deadline_note)
    return "\n".join(dict.fromkeys(part for part in parts if part))
