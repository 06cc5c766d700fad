"""What every page and every fragment of the product promises, checked on the bytes that were sent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E as MESSAGES

_TYPED = {"text", "search", "tel", "email", "number", "url", "date", "password"}
_WRITING = ("hx-post", "hx-put", "hx-patch", "hx-delete")
_TARGETS = ("href", "src", "action", "formaction", "hx-get", *_WRITING)
# A fragment is parsed inside the element it is put into; a table row outside a table would lose its tags.
_CONTAINERS = {
    "tr": "tbody", "td": "tr", "th": "tr", "tbody": "table", "thead": "table", "tfoot": "table", "caption": "table",
    "col": "colgroup", "colgroup": "table", "option": "select", "optgroup": "select",
}  # fmt: skip


# What no parser stumbles over: no markup, no control characters, nothing outside the first plane.
_PLAIN = r"[\t\n !#-%'-;=?-~\u00a0-\ufdcf\ufdf0-\ufffd]"
_TEXT = re.compile(rf">((?:{_PLAIN}|\")+)<")
_SAID = re.compile(rf' (value|title|placeholder|aria-label|data-[a-z-]+)="{_PLAIN}+"')
_LONG_WORD = re.compile(r"[A-Za-z0-9_.-]{24,}")
_sound: set[int] = set()


def _shape(text: str) -> str:
    """The page without its plain words; random words, of which tokens and ids are made, become numbers."""
    numbers: dict[str, str] = {}
    text = _TEXT.sub(lambda found: ">t<" if found[1].strip(" \t\n") else found[0], text)
    text = _SAID.sub(r' \1="t"', text)
    return _LONG_WORD.sub(lambda word: numbers.setdefault(word[0], f"-{len(numbers)}-"), text)


def problems(text: str) -> list[str]:
    """Everything wrong with a page (from its doctype on) or a fragment, as sentences; empty when it is sound.

    A page that differs from a sound one in plain words alone has the same elements: it is as sound, and is not read again.
    """
    shape = hash(_shape(text))
    if shape in _sound:
        return []
    found = _read(text)
    if not found:
        _sound.add(shape)
    return found


def _read(text: str) -> list[str]:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    whole = text.lstrip().lower().startswith("<!doctype")
    root = parser.parse(text) if whole else parser.parseFragment(text, container=_container(text))
    found = [f"line {place[0]}: {MESSAGES[code] % data}" for place, code, data in parser.errors]
    elements = [item for item in root.iter() if isinstance(item.tag, str)]
    parents = {child: parent for parent in elements for child in parent}
    by_id = {str(item.get("id")): item for item in elements}
    found += _duplicates(elements)
    found += _dead_links(elements)
    for element in elements:
        found += _form_problems(element)
        found += _htmx_problems(element, parents, by_id)
        found += _autofill_problems(element, parents, by_id)
        found += _inline_problems(element)
    return found + (list(_page_problems(root)) if whole else [])


def _container(text: str) -> str:
    first = re.search(r"<([a-z][a-z0-9]*)", text)
    return _CONTAINERS.get(first[1], "div") if first else "div"


def _duplicates(elements: list[Element]) -> Iterator[str]:
    counted = Counter(item.get("id") for item in elements if item.get("id") is not None)
    yield from (f'id "{name}" stands {count} times' for name, count in counted.items() if count > 1)
    if "" in counted:
        yield "an id is empty"


def _dead_links(elements: list[Element]) -> Iterator[str]:
    """A message about a field leads to the field; a part of a screen may point to another part."""
    ids = {item.get("id") for item in elements}
    if {"main", "app"} & ids:
        links = [item.get("href") or "" for item in elements if item.tag == "a"]
        yield from (
            f"a link leads to {link}, which is not there"
            for link in links
            if link[:1] == "#" and link[1:] not in ids
        )


def _form_problems(element: Element) -> Iterator[str]:
    if element.tag != "form" or element.get("method") == "dialog":
        return
    if not element.get("action"):
        yield f"a form has no action: {_show(element)}"
    if element.get("method", "").lower() not in {"get", "post"}:
        yield f"a form has no method: {_show(element)}"


def _htmx_problems(
    element: Element, parents: dict[Element, Element], by_id: dict[str, Element]
) -> Iterator[str]:
    """An element that writes through htmx must do the same thing without it."""
    for name in _WRITING:
        address = element.get(name)
        if address is None:
            continue
        form = _form_of(element, parents, by_id)
        if name != "hx-post" or form is None:
            yield f"{name} outside a form that works without it: {_show(element)}"
            continue
        without = element.get("formaction") or form.get("action")
        if form.get("method", "").lower() != "post" or without != address:
            yield f"{name} goes to {address}, its form without htmx to {without}: {_show(element)}"


def _autofill_problems(
    element: Element, parents: dict[Element, Element], by_id: dict[str, Element]
) -> Iterator[str]:
    """What is typed into a form is kept by no browser for the next person at the PC (AC-51)."""
    typed = element.tag == "textarea" or (element.tag == "input" and element.get("type", "text") in _TYPED)
    form = _form_of(element, parents, by_id) if typed else None
    if form is not None and not element.get("autocomplete") and form.get("autocomplete") != "off":
        yield f"the browser may keep what is typed: {_show(element)}"


def _form_of(element: Element, parents: dict[Element, Element], by_id: dict[str, Element]) -> Element | None:
    if element.get("form"):
        return by_id.get(str(element.get("form")))
    current: Element | None = element
    while current is not None and current.tag != "form":
        current = parents.get(current)
    return current


def _inline_problems(element: Element) -> Iterator[str]:
    if element.tag == "style" or element.get("style") is not None:
        yield f"style inside the page: {_show(element)}"
    if element.tag == "script" and not element.get("src"):
        yield f"script inside the page: {_show(element)}"
    for name, value in element.attrib.items():
        if re.match(r"on[a-z]+$|hx-on|data-hx-on", name):
            yield f"handler inside the page: {_show(element)}"
        if name in _TARGETS and re.match(r"\s*(?:[a-z][a-z0-9+.-]*:|//)", value, re.IGNORECASE):
            yield f"address outside this server: {name}={value!r}"


def _page_problems(root: Element) -> Iterator[str]:
    if root.get("lang") != "ja":
        yield 'the page does not say lang="ja"'
    if not (root.findtext("head/title") or "").strip():
        yield "the page has no title"
    headings = len(list(root.iter("h1")))
    if headings != 1:
        yield f"the page has {headings} headings of level 1"


def _show(element: Element) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in list(element.attrib.items())[:4])
    return f"<{element.tag}{attributes}>"
