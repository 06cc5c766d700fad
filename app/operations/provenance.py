"""Where a value of a case comes from, in words: the feed and its date, the move-out notice, who typed or heard it and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.data import register, staff
from app.domain.case import Case
from app.domain.content import ContentPack
from app.domain.dates import in_japan
from app.domain.facts import FactValue, Source
from app.operations import feed_board

REGISTER = "register"
_RESIDENT = "01a"
_ANNOUNCED = "20b"
_OF_THE_PERSON = frozenset({"sex", "birth", "relationship"})


@dataclass(frozen=True)
class Provenance:
    """The sources of one case, read once: titles and dates of the data sets, names of those who recorded something."""

    case: Case
    pack: ContentPack
    titles: dict[str, str]
    as_of: dict[str, datetime]
    names: dict[str, str]

    @classmethod
    def of(cls, case: Case, pack: ContentPack) -> Provenance:
        """For a case under its content."""
        recorded_by = {fact.recorded_by for fact in case.facts.values()}
        dates = {state.data_set: state.as_of for state in register.list_feed_states()}
        return cls(case, pack, feed_board.titles(), dates, staff.list_staff_names(recorded_by))

    def words(self, fact: str, person: str | None, value: FactValue) -> str:
        """The source of a stored value in one line."""
        match value.source:
            case Source.ASKED:
                return f"聞き取り{self._by(value)}"
            case Source.REGISTER:
                return self._feed(self._data_sets(fact))
            case Source.NOTICE:
                return f"転出証明書情報{self._date(_ANNOUNCED)}"
            case Source.CARD:
                return f"マイナンバーカード{self._by(value)}"
            case Source.CORRECTED:
                return f"受付で訂正{self._by(value)}"
            case Source.CASE:
                return self._typed(fact, person, value)
            case Source.DERIVED:
                return "ほかの項目から計算"
        return str(value.source)

    def _data_sets(self, fact: str) -> list[str]:
        definition = self.pack.fact_by_id.get(fact)
        kind, _, name = definition.source.partition(":") if definition else ("", "", "")
        return [name] if kind == REGISTER else [_RESIDENT]

    def _feed(self, data_sets: Iterable[str]) -> str:
        return "、".join(
            f"{self.titles.get(one, '基幹システム')}のデータ{self._date(one)}" for one in data_sets
        )

    def _date(self, data_set: str) -> str:
        at = self.as_of.get(data_set)
        return f"（{in_japan(at):%Y/%m/%d}時点）" if at else ""

    def _by(self, value: FactValue) -> str:
        when = f"{in_japan(value.at):%m/%d %H:%M}" if value.at else ""
        words = " ".join(part for part in (self.names.get(value.by or "", ""), when) if part)
        return f"（{words}）" if words else ""

    def _typed(self, fact: str, person: str | None, value: FactValue) -> str:
        """A value of the case: of the person as he was found, as long as it was not typed over."""
        found = self.case.person(person) if person else None
        if found is not None and fact in _OF_THE_PERSON and value.at is None and fact not in found.corrected:
            if found.source == Source.NOTICE:
                return f"転出証明書情報{self._date(_ANNOUNCED)}"
            if found.number:
                return self._feed([_RESIDENT])
        return f"受付での入力{self._by(value)}"
