"""01a residents, 01b resident history: one row per person, one per line of his history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from app.demo.city import people
from app.demo.city.feeds.frame import Frame, Row
from app.demo.city.people import Entry, Person
from app.demo.city.places import Address, wide

_SEX = {"1": "男", "2": "女"}
_STATES = {
    people.LEFT: people.MOVED_OUT, people.LEFT_JAPAN: people.MOVED_OUT, people.DIED: people.DEAD,
    people.STRUCK_OFF: people.REMOVED,
}  # fmt: skip
_CACHE_LIMIT = 4000
# Replaced cells that hold in every line of a history, not only in its last.
_LASTING = ("seinengappi", "jumintonattanengappi", "gaikokujinjumin")


class RegisterRows:
    """Makes register rows. Addresses are turned into cells once for all who share them."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._cells: dict[tuple[int, str], tuple[Address, Row]] = {}
        self._towns = frame.city.places.towns

    def latest(self) -> Iterator[Row]:
        """01a: the present state of every resident and the last one of every former resident."""
        for person in self._everyone():
            yield self._row(person, len(person.entries) - 1, self._common(person))

    def history(self) -> Iterator[Row]:
        """01b: every state everyone ever had, the latest marked."""
        for person in self._everyone():
            common = self._common(person)
            for place in range(len(person.entries)):
                yield self._row(person, place, common)

    def _everyone(self) -> Iterator[Person]:
        for household in self._frame.city.households:
            yield from household.members
        yield from self._frame.city.former

    def _common(self, person: Person) -> Row:
        """The cells that are the same in all lines of a person."""
        row = {
            **self._frame.person,
            "atenabango": person.number,
            "rirekibango_edabango": "0",
            "juminshubetsu": "2" if person.foreign else "1",
            "seibetsu": person.sex,
            "seibetsuhyoki": _SEX[person.sex],
            "seinengappi": person.birth.isoformat(),
        }
        if person.foreign:
            row.update(_foreign_cells(person))
        else:
            row["na_nihonjin"] = person.given.written
            row["honseki"], row["hittosha"] = _family_register(person)
        if person.since:
            row["jumintonattanengappi"] = person.since.isoformat()
        if person.origin is not None:
            row.update(self._address(person.origin, "tennyumaejusho"))
            if person.origin_head:
                row["tennyumaejusho_setainushishimei"] = person.origin_head
        if person.odd:
            row.update({name: value for name, value in person.odd.items() if name.startswith(_LASTING)})
        return row

    def _row(self, person: Person, place: int, common: Row) -> Row:
        entry = person.entries[place]
        last = place == len(person.entries) - 1
        row = {
            **common,
            "rirekibango": str(place + 1),
            "saishinfuragu": "1" if last else "0",
            "setaibango": entry.household,
            "juminjotai": person.status if last else _STATES.get(entry.reason, people.RESIDENT),
            "idonengappi": entry.on.isoformat(),
            "idojiyu": entry.reason,
            "idotodokedenengappi": entry.notified.isoformat(),
            "zokugarahyoki": entry.relation.words,
            **self._address(entry.address, "jusho"),
        }
        for slot, code in enumerate(entry.relation.codes, start=1):
            row[f"zokugarakodo{slot}"] = code
        if not person.foreign:
            family = entry.family
            row["shimei"] = f"{family.written}　{person.given.written}"
            row["uji_nihonjin"] = family.written
            row["shimei_furigana"] = f"{family.reading}　{person.given.reading}"
        self._districts(entry.address, row)
        self._before_and_after(person, place, entry, row)
        if last and person.odd:
            row.update(person.odd)
        return row

    def _before_and_after(self, person: Person, place: int, entry: Entry, row: Row) -> None:
        moved = next((e for e in reversed(person.entries[: place + 1]) if e.before is not None), None)
        if moved is not None and moved.before is not None:
            row.update(self._address(moved.before, "tenkyomaejusho"))
        former = person.former_surname
        if former is not None and entry.on >= _surname_entered(person):
            row["kyuji"], row["kyuji_furigana"] = former.written, former.reading
        if entry.reason in _STATES:
            row["shojonotodokedenengappi"] = entry.notified.isoformat()
            row["shojonoidonengappi"] = entry.on.isoformat()
        if entry.after is not None:
            row.update(self._address(entry.after, "tenshutsusakijusho_yotei"))
            if not entry.after.abroad:
                row.update(self._address(entry.after, "tenshutsusakijusho_kakutei"))
                row["tennyutsuchinengappi"] = entry.notified.isoformat()

    def _districts(self, address: Address, row: Row) -> None:
        if address.town_index >= 0:
            town = self._towns[address.town_index]
            row["chikukanrikodo1"] = f"{town.district}{town.town_id[:4]}"
            row["chikukanrikodo2"] = f"E{town.elementary:0>2}"
            row["chikukanrikodo3"] = f"J{town.junior:0>2}"

    def _address(self, address: Address, prefix: str) -> Row:
        """Cells of an address. The address is kept beside them, so that its identity is not used twice."""
        key = (id(address), prefix)
        kept = self._cells.get(key)
        if kept is None:
            if len(self._cells) > _CACHE_LIMIT:
                self._cells.clear()
            kept = self._cells[key] = (address, address.cells(prefix))
        return kept[1]


def _surname_entered(person: Person) -> date:
    entered = [entry.on for entry in person.entries if entry.reason == people.FORMER_SURNAME_ENTERED]
    return entered[0] if entered else person.entries[0].on


def _foreign_cells(person: Person) -> Row:
    foreign = person.foreign
    if foreign is None:
        return {}
    years, months, days = foreign.stay
    cells = {
        "shimei": foreign.registered,
        "shimei_gaikokujinromaji": foreign.latin,
        "shimei_gaikokujinkanji": foreign.kanji,
        "shimei_furigana": person.given.reading,
        "tsusho": foreign.alias,
        "tsusho_furigana": foreign.alias_reading,
        "tsusho_furiganakakuninjokyo": "1" if foreign.alias else "",
        "shimeiyusenkubun": foreign.priority,
        "shimei_yusen": foreign.preferred,
        "gaikokujinjumintonattanengappi": foreign.since.isoformat(),
        "kokusekito_kokumeikodo": foreign.nationality,
        "kokusekimeito": foreign.nationality_name,
        "dai30jo45kiteikubun": foreign.category,
        "zairyushikakutokodo": foreign.status,
        "zairyukikan_nen": years,
        "zairyukikan_tsuki": months,
        "zairyukikan_hi": days,
        "zairyukikan_manryonohi": foreign.expires.isoformat() if foreign.expires else "",
    }
    return {name: value for name, value in cells.items() if value}


def _family_register(person: Person) -> tuple[str, str]:
    """Registered domicile (本籍) and the person listed first in the register (筆頭者)."""
    head = _register_head(person)
    lot = head.entries[0].address if head.origin is None or not head.origin.prefecture else head.origin
    number = int(head.number[-5:-1]) % 2400 + 1
    place = f"{lot.prefecture}{lot.city}{lot.town}{wide(number)}番地"
    return place, f"{head.family.written}　{head.given.written}"


def _register_head(person: Person) -> Person:
    if person.spouse is not None and person.spouse.foreign is None:
        couple = (person, person.spouse)
        return next((one for one in couple if one.sex == people.MALE), person)
    parent = next((one for one in (person.father, person.mother) if one is not None and one.number), None)
    if parent is None or parent.foreign is not None or parent.family.reading != person.family.reading:
        return person
    return parent if parent.spouse is None else _register_head(parent)
