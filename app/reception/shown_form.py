"""What a browser would send of a screen if nothing were typed, with the words beside each field: to compare with what was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

_NOT_TYPED = frozenset({"csrf_token", "version", "token", "step"})
_CHOSEN = frozenset({"checkbox", "radio"})


@dataclass
class ShownField:
    """A field: its label, the values it would send, and the words of each value that can be chosen."""

    label: str = ""
    values: list[str] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    hidden: bool = False

    def text(self, values: list[str]) -> str:
        """Values as a reader sees them."""
        return "、".join(self.words.get(value, value) for value in values if value) or "（空欄）"


def read_form(page: str, form: str = "step") -> dict[str, ShownField]:
    """The fields of one form of a page, by name."""
    reader = _Reader(form)
    reader.feed(page)
    reader.name_fields()
    return {name: one for name, one in reader.fields.items() if name not in _NOT_TYPED}


@dataclass(frozen=True)
class Difference:
    """A field that was typed as something else than what the screen says now."""

    name: str
    label: str
    mine: str
    theirs: str


def differences(shown: Mapping[str, ShownField], typed: Mapping[str, object]) -> list[Difference]:
    """In the order of the screen; a field that only one side has counts with its value."""
    found = []
    for name, one in shown.items():
        mine = listed(typed.get(name, ""))
        if not one.hidden and [value for value in mine if value] != [value for value in one.values if value]:
            found.append(Difference(name, one.label or name, one.text(mine), one.text(one.values)))
    return found


def listed(value: object) -> list[str]:
    """A value of a draft as a list: a field that was sent several times is kept as one."""
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


class _Reader(HTMLParser):
    """Collects the controls of one form, wherever they stand in the page, and the words that belong to them."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form, self.inside = form, False
        self.fields: dict[str, ShownField] = {}
        self.ids: dict[str, tuple[str, str]] = {}
        self.labels: dict[str, str] = {}
        self.select, self.option, self.area = "", "", ""
        self.target: str | None = None
        self.legend, self.in_legend = "", False
        self.keycap = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "keycap" in given.get("class", ""):
            self.keycap = tag
        elif tag == "form":
            self.inside = given.get("id") == self.form
        elif tag == "label":
            self.target = given.get("for")
        elif tag == "fieldset":
            self.legend = ""
        elif tag == "legend":
            self.in_legend, self.legend = True, ""
        elif self.inside or given.get("form") == self.form:
            self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "option" and self.select:
            self.option = given.get("value", "")
            one = self.fields[self.select]
            if "selected" in given or not one.values:
                one.values = [self.option]
            return
        if tag not in {"input", "select", "textarea"} or not name or kind in {"submit", "button"}:
            return
        one = self.fields.setdefault(name, ShownField(hidden=kind == "hidden"))
        self.ids[given.get("id", "")] = (name, given.get("value", "") if kind in _CHOSEN else "")
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area = name
            one.values.append("")
        elif kind in _CHOSEN:
            one.label = one.label or self.legend.strip()
            if "checked" in given:
                one.values.append(given.get("value", ""))
        else:
            one.values.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == self.keycap:
            self.keycap = ""
        match tag:
            case "form":
                self.inside = False
            case "label":
                self.target = None
            case "legend":
                self.in_legend = False
            case "select":
                self.select = ""
            case "textarea":
                self.area = ""
            case "option":
                self.option = ""

    def handle_data(self, data: str) -> None:
        if self.keycap:
            return
        if self.in_legend:
            self.legend += data
        if self.target:
            self.labels[self.target] = self.labels.get(self.target, "") + data
        if self.area:
            self.fields[self.area].values[-1] += data
        if self.select and self.option and data.strip():
            self.fields[self.select].words[self.option] = data.strip()

    def name_fields(self) -> None:
        """Give each field the label that names its control, or the words of the choice it is."""
        for target, text in self.labels.items():
            name, value = self.ids.get(target, ("", ""))
            one = self.fields.get(name)
            words = " ".join(text.split())
            if one is None:
                continue
            if value:
                one.words[value] = words
            one.label = one.label or words
