"""Two hundred rare characters on a PC that has one basic Japanese font: each as its glyph is, by pixels, from the product's own fonts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from app.documents.fonts import clusters
from app.documents.fonts.search import BUNDLED
from tests.browser.conftest import Site, launch
from tests.conftest import DEMO_PASSWORD, leave_out
from tests.glyphs import EM, IPAMJ, cropped, rare_characters, unlike

# The fonts are sliced first, which takes half a minute on a quiet machine.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

# So large that a name of this size stands between the bars of the frame.
_WHOLE_NAMES = {"width": 1920, "height": 1600}
# The size of the reference's pictures, and nothing drawn beside the glyphs. Sizes and lines are not what is judged here.
_LARGE = f"""(() => {{ const sheet = new CSSStyleSheet();
  sheet.replaceSync(".name {{ font-size: {EM}px !important; line-height: 2 !important; text-decoration: none !important; "
    + "color: #000 !important; }} .hit > *, .member > * {{ background: #fff !important; }}");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]; }})()"""
# A font is asked for when the text is laid out, so that two frames have to pass before one can wait for it.
_SETTLED = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
  document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(done))))))"""
_BOXES = """(name) => {
  const text = name.firstChild, frame = name.getBoundingClientRect(), parts = [...text.data], found = [];
  let at = 0;
  for (let i = 0; i < parts.length; i++) {
    let long = parts[i].length;
    if (i + 1 < parts.length && /[\\u{E0100}-\\u{E01EF}]/u.test(parts[i + 1])) long += parts[++i].length;
    const range = document.createRange();
    range.setStart(text, at);
    range.setEnd(text, at + long);
    const box = range.getBoundingClientRect();
    found.push([text.data.slice(at, at + long), box.x - frame.x, box.y - frame.y, box.width, box.height]);
    at += long;
  }
  return found;
}"""


@pytest.fixture(scope="module")
def plain_browser(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Browser]:
    """Chromium in which only one Gothic font is installed, whatever this machine has."""
    if not IPAMJ.exists():
        leave_out("IPAmj Mincho is not installed")
    folder = tmp_path_factory.mktemp("fontconfig")
    (folder / "fonts").mkdir()
    shutil.copyfile(BUNDLED / "ipaexg.ttf", folder / "fonts" / "basic.ttf")
    config = folder / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{folder}/fonts</dir><cachedir>{folder}/cache</cachedir></fontconfig>",
        encoding="ascii",
    )
    found = launch(browser.browser_type, FONTCONFIG_FILE=str(config))
    yield found
    found.close()


@pytest.fixture(scope="module")
def prepared(site: Site, city_feeds: Path) -> Site:
    """The site with the city's font received and the fonts of the screens made, as an operator does."""
    site.flask("fonts", "receive", str(city_feeds))
    site.flask("fonts", "build")
    return site


def _context(browser: Browser, site: Site) -> BrowserContext:
    return browser.new_context(base_url=site.url, viewport=_WHOLE_NAMES, locale="ja-JP")


def _find_them(page: Page) -> None:
    page.goto("/login")
    page.get_by_role("textbox", name="職員ID").fill("demo-counter")
    page.get_by_role("textbox", name="パスワード").fill(DEMO_PASSWORD)
    page.get_by_role("combobox", name="窓口").select_option(label="市民課")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    page.get_by_role("searchbox", name="宛名検索").fill("ジケイ")
    page.get_by_role("link", name=rare_characters()[0]).first.wait_for()
    page.evaluate(_LARGE)


def _drawn(page: Page) -> dict[str, Image.Image]:
    """Each rare character of the names on the page as Chromium draws it."""
    wanted = set(rare_characters())
    found: dict[str, Image.Image] = {}
    for name in page.locator("#results .name").all():
        if not wanted & set(clusters(name.inner_text())):
            continue
        name.scroll_into_view_if_needed()
        page.evaluate(_SETTLED)
        picture = Image.open(BytesIO(name.screenshot())).convert("L")
        for text, left, top, width, height in name.evaluate(_BOXES):
            if text in wanted:
                found[text] = cropped(
                    picture.crop((int(left), int(top), round(left + width), round(top + height)))
                )
    return found


def test_every_glyph_is_right_where_no_special_font_is_installed(
    plain_browser: Browser, prepared: Site
) -> None:
    context = _context(plain_browser, prepared)
    page = context.new_page()
    _find_them(page)
    drawn = _drawn(page)
    context.close()
    assert len(drawn) == 200
    assert unlike(drawn) == {}


def test_without_the_fonts_of_the_product_they_are_wrong(plain_browser: Browser, prepared: Site) -> None:
    context = _context(plain_browser, prepared)
    page = context.new_page()
    page.route("**/fonts/**", lambda route: route.abort())
    _find_them(page)
    drawn = _drawn(page)
    context.close()
    assert len(unlike(drawn)) > 190


def test_a_character_that_no_font_has_is_marked(plain_browser: Browser, prepared: Site) -> None:
    """Two bars (〓) as on paper: for a private code without a table, and for a selector of another collection."""
    context = _context(plain_browser, prepared)
    page = context.new_page()
    _find_them(page)
    page.get_by_role("searchbox", name="宛名検索").fill("ジケイ タダシ")
    # The list before holds the same persons: it has to be gone before anything is measured.
    page.get_by_role("link", name=rare_characters()[0]).first.wait_for(state="detached")
    for surname, given in (("山\uf8fe", "正"), ("葛\U000e0100原", "正")):
        name = page.locator("#results .name", has_text=f"{surname}　{given}").first
        name.wait_for()
        name.scroll_into_view_if_needed()
        page.evaluate(_SETTLED)
        picture = Image.open(BytesIO(name.screenshot())).convert("L")
        boxes = {text: (left, top, width, height) for text, left, top, width, height in name.evaluate(_BOXES)}
        left, top, width, height = boxes["\uf8fe" if "\uf8fe" in surname else "葛\U000e0100"]
        mark = cropped(picture.crop((int(left), int(top), round(left + width), round(top + height))))
        rows = [mark.crop((0, y, mark.width, y + 1)).getextrema()[1] < 128 for y in range(mark.height)]
        assert rows[2] and rows[-3] and not rows[len(rows) // 2]
    context.close()
