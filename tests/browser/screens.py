"""One screen looked at once: what axe finds, the names it promises, targets, widths, forced colours and keys.

What is wrong is collected over a whole round, so that one run shows all of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Page
from werkzeug.routing import Map

from tests.browser.conftest import COUNTER_SCREEN, accessibility_problems, settled

WIDTHS = (683, 320)
Name = tuple[str, str]
"""A role and the name by which a test or a screen reader finds it."""

# Controls below 24 pixels, except links within a line of text; an input inside a label is as large as the label.
SMALL_TARGETS = """() => [...document.querySelectorAll("button, a.button, a.fkey, select, textarea, summary, input:not([type=hidden])")]
  .filter(item => item.checkVisibility({visibilityProperty: true}) && !item.matches(".pick"))
  .map(item => [item, (item.closest("label") ?? item).getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
  .map(([item, box]) => `${item.outerHTML.slice(0, 90)} ${Math.round(box.width)}x${Math.round(box.height)}`)"""
# With forced colours grounds are gone: what may be pressed or is a state must still have a line around it or below it.
BARE = """() => [...document.querySelectorAll("button, .button, .fkey, .input, .option, .segment, .choice, .badge, .tag")]
  .filter(item => item.checkVisibility({visibilityProperty: true}))
  .filter(item => { const look = getComputedStyle(item);
    return !parseFloat(look.borderTopWidth) && !parseFloat(look.borderBottomWidth) && !look.textDecorationLine.includes("underline"); })
  .map(item => item.outerHTML.slice(0, 90))"""
# The widest things that reach beyond the window or the part of it that scrolls, when it can be scrolled sideways.
SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll("#main, #aside")]
  .filter(part => part.clientWidth && part.scrollWidth > part.clientWidth + 1)
  .flatMap(part => [...part.querySelectorAll("*")]
    .filter(item => item.checkVisibility() && !item.closest(".table-scroll, .sheet-scroll, .placing-scroll, .visually-hidden"))
    .filter(item => item.getBoundingClientRect().right > part.getBoundingClientRect().right + 1)
    .map(item => `${part.id} ${item.outerHTML.slice(0, 90)}`).slice(0, 3))"""
OVERLAID = """() => { const box = document.activeElement.getBoundingClientRect();
  const fixed = document.activeElement !== document.body && getComputedStyle(document.body).display === "grid";
  return fixed && box.height > 0 && (box.bottom <= 0 || box.top >= innerHeight); }"""
# With wider spacing (WCAG 1.4.12) no text is cut off, and none runs out of its button or cell.
SPACED = """() => { const sheet = new CSSStyleSheet(); document.adoptedStyleSheets = [sheet];
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }");
  const cut = (item, way, inner, outer) => item[outer] > 2 && item[inner] > item[outer] + 1
    && (["hidden", "clip"].includes(getComputedStyle(item)[way]) || item.matches("button, .button, .fkey, .badge, .tag, th, td"));
  const found = [...document.querySelectorAll("body *")]
    .filter(item => item.checkVisibility({visibilityProperty: true}))
    .filter(item => !item.closest(".visually-hidden, .pick, svg, input, .sheet-scroll, .placing"))
    .filter(item => cut(item, "overflowX", "scrollWidth", "clientWidth") || cut(item, "overflowY", "scrollHeight", "clientHeight"))
    .map(item => item.outerHTML.slice(0, 90));
  document.adoptedStyleSheets = []; return found; }"""
FRAME: tuple[Name, ...] = (("banner", ""), ("main", ""), ("status", ""))
SIGNED_IN: tuple[Name, ...] = (*FRAME, ("region", "受付中の方"))
IN_A_CASE: tuple[Name, ...] = (
    *SIGNED_IN,
    ("navigation", "受付の手順"),
    ("toolbar", "操作"),
    ("button", "ガイダンス"),
    ("button", "宛名検索"),
    ("button", "メモ"),
    ("button", "中断して保存"),
)


@dataclass
class Round:
    """Looks at one screen after the other and keeps what is wrong with them."""

    page: Page
    wrong: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    """Addresses of the screens that were looked at."""

    def visit(self, address: str, heading: str, *names: Name, frame: tuple[Name, ...] = SIGNED_IN) -> None:
        self.page.goto(address)
        self.look(heading, *names, frame=frame)

    def look(self, heading: str, *names: Name, frame: tuple[Name, ...] = SIGNED_IN) -> None:
        """The screen that stands there."""
        page = self.page
        page.get_by_role("heading", level=1, name=heading).wait_for()
        settled(page)
        self.seen.add(urlsplit(page.url).path)
        found = [f"axe {problem}" for problem in accessibility_problems(page)]
        found += [f"no {role} «{name}»" for role, name in (*frame, *names) if not self._offers(role, name)]
        if page.get_by_role("heading", level=1).count() != 1:
            found.append("not one heading of level 1")
        if page.evaluate("() => document.activeElement === document.body"):
            found.append("the focus is nowhere")
        if page.evaluate(OVERLAID):
            found.append("what has the focus is not seen")
        found += [f"key not on its button: {item}" for item in page.evaluate(UNMARKED_KEYS)]
        found += [f"key with two meanings: {key}" for key in page.evaluate(DOUBLE_KEYS)]
        found += self._at_widths()
        self.wrong += [f"{heading}: {one}" for one in found]

    def measure(self, heading: str) -> None:
        """A screen that is not of the frame (the customer's): what axe finds, targets, widths and forced colours."""
        page = self.page
        page.get_by_role("heading", name=heading, exact=True).wait_for()
        self.seen.add(urlsplit(page.url).path)
        found = [f"axe {problem}" for problem in accessibility_problems(page)] + self._at_widths()
        self.wrong += [f"{heading}: {one}" for one in found]

    def _offers(self, role: str, name: str) -> bool:
        where = self.page.get_by_role(role, name=name) if name else self.page.get_by_role(role)  # type: ignore[arg-type]
        return where.count() > 0

    def _at_widths(self) -> list[str]:
        page, found = self.page, [f"target {item}" for item in self.page.evaluate(SMALL_TARGETS)]
        found += [f"cut off with wider spacing: {item}" for item in page.evaluate(SPACED)]
        page.emulate_media(forced_colors="active")
        found += [f"no border with forced colours: {item}" for item in page.evaluate(BARE)]
        page.emulate_media(forced_colors="none")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 768})
            found += [f"sideways at {width} px {item}" for item in page.evaluate(SIDEWAYS)]
            found += [f"target at {width} px {item}" for item in page.evaluate(SMALL_TARGETS)]
        page.set_viewport_size(COUNTER_SCREEN)
        found += [f"sideways {item}" for item in page.evaluate(SIDEWAYS)]
        return sorted(set(found))

    def end(self, routes: Map | None = None, *endpoints: str) -> None:
        """Nothing was wrong, and the screens of these routes were among those looked at (the wall counts them)."""
        if routes is not None:
            find = routes.bind("localhost")
            missed = set(endpoints) - {find.match(address)[0] for address in self.seen if find.test(address)}
            self.wrong += [f"not looked at: {endpoint}" for endpoint in sorted(missed)]
        assert self.wrong == [], "\n".join(self.wrong)


# A key that a button listens to is said to assistive technology as well, and printed on the button where it is in the toolbar.
UNMARKED_KEYS = """() => [...document.querySelectorAll("[data-key]")]
  .filter(item => item.checkVisibility())
  .filter(item => !item.hasAttribute("aria-keyshortcuts") || (item.matches(".fkey") && !item.querySelector(".keycap")))
  .map(item => item.outerHTML.slice(0, 90))"""
# A key means one thing on a screen; what stands in an open dialog is a screen of its own.
DOUBLE_KEYS = """() => { const layer = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document;
  const keys = [...layer.querySelectorAll("[data-key]")].filter(item => item.checkVisibility())
    .flatMap(item => item.dataset.key.split(" "));
  return keys.filter((key, at) => keys.indexOf(key) < at); }"""
