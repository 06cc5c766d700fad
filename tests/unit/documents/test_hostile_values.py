"""Values, numbers and fonts made to do harm: printed as the text they are, or refused with a message."""

import hashlib
import json
import random
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from app.demo.city.glyphs import FILE, font_bytes
from app.documents import (
    DefinitionsRefused,
    FontStack,
    FormDefinition,
    PrintFailed,
    read_definition,
    render,
    render_set,
)
from app.documents.fonts.city import Listed, fonts_in_force, list_city_fonts, receive_fonts
from tests.unit.documents.paper import identity, job, one_field, poppler_text, sample

TODAY = date(2026, 11, 22)
WIDE = {"type": "text", "x": 20, "w": 170, "h": 30, "size": 8, "min": 5, "lines": 4}

MARKUP = (
    "<script>alert(1)</script>", "<img src='/etc/passwd'>", "<img src=http://127.0.0.1:9/>", '<a href="file:///etc/passwd">x</a>',
    "<font color=red>x</font>", "<para fg='[[[getattr(pow,Word)]]]'/>", "<b><i><u></b>", "<br/><br/>", "</para>", "<onDraw name=x/>",
    "&lt;&amp;&#x41;&nbsp;", "&entity;", "<!ENTITY x SYSTEM 'file:///etc/passwd'>", "<!-- x -->", "<![CDATA[x]]>", "<?php x ?>",
    "[[[red]]]", "[[__import__('os')]]", "<xi:include href='x'/>", "<svg/onload=x>", "@import url(http://127.0.0.1:9/)",
)  # fmt: skip
TEMPLATES = (
    "{subject.name}", "{{subject.name}}", "{{7*7}}", "{{ config }}", "{% for x in range(9) %}x{% endfor %}", "{# x #}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{0.__class__}", "{!r}", "{subject.name!r:>99}", "{case.number:%s}", "{{{{{{", "}}}}", "{", "}", "${7*7}", "#{7*7}", "<%= 7*7 %>",
    "%(name)s", "%s%s%s%n", "%n%n%n", "${jndi:ldap://127.0.0.1:9/a}", "$(id)", "`id`", "; rm -rf /", "| cat", "=cmd|' /C calc'!A0",
    "=HYPERLINK(1)", "+1+1", "-1", "@SUM(1)", "' OR '1'='1", "\\'; DROP TABLE x; --", "../../etc/passwd", "C:\\CON", "\\\\server\\x",
)  # fmt: skip
OPERATORS = (
    ") Tj ET", "\\) Tj", "(((((", ")))))", "ET Q q BT", "endstream endobj", "stream", "%%EOF", "trailer << /Root 1 0 R >>", "xref 0 1",
    "BI ID EI", "/JavaScript", "<FEFF0041>", "<< /S /JavaScript >>", "1 0 0 1 0 0 cm", "\\251\\000", "\\r\\n", "(a) '",
)  # fmt: skip
SCRIPTS = (
    "السلام عليكم", "שלום", "ไทย", "नमस्ते", "Ａ１！", "ﾊﾟﾋﾟﾌﾟ", "e\u0301", "か\u3099", "👨‍👩‍👧", "🇯🇵", "\U0001f600",
    "½²", "ﬁ", "㍻", "Ⅻ", "ｶﾞ", "ゟ",
    "𠮷野", "葛\U000e0101", "辻\U000e0100", "\ue008", "\U000f0000", "\U00100000", "\u3000", "‗", "A\u0300\u0301\u0302\u0303",
)  # fmt: skip
UNSEEN = (
    "甲\u202e乙丙", "甲\u2066乙\u2069", "\u200b甲\u200c乙\u200d", "甲\u00ad乙", "\ufeff甲", "甲\u061c乙", "甲\x00乙", "甲\x07\x08乙",
    "甲\x1b[31m乙", "甲\x7f乙", "甲\x85乙", "甲\u2028乙\u2029", "甲\r乙\n丙\t丁", "甲\udc80乙", "甲\ufffe乙", "甲\ufff9乙\ufffb",
    "\U000e0041甲", "甲\u034f乙",
)  # fmt: skip
SEEN = (*MARKUP, *TEMPLATES, *OPERATORS)


def bare(text: str) -> str:
    """Only what is seen, without spaces: a line may break anywhere."""
    return "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign)[0] != "C")


def on_paper(text: str, count: int = 1) -> list[Any]:
    form = one_field(
        {**WIDE, "name": "氏名", "y": 30, "bind": "subject.name"},
        {**WIDE, "name": "宛名", "y": 80, "text": "様 {visitor.name} 方"},
        {"type": "cells", "name": "ます", "x": 20, "y": 130, "w": 170, "h": 8, "bind": "subject.kana", "count": 100, "size": 5, "min": 3},
    )  # fmt: skip
    values = {
        "subject.name": text,
        "visitor.name": text,
        "subject.kana": text,
        "subject.birth": date(1999, 12, 31),
    }
    return [job(form, values, f"D{number}") for number in range(count)]


def test_what_is_written_is_printed_as_it_is(fonts: FontStack) -> None:
    """One print of all of them: every text twice on its own page, none evaluated, none lost (AC-59, AC-61)."""
    assert len(set(SEEN)) > 70
    pdf = render_set([one for text in SEEN for one in on_paper(text)], fonts).pdf
    pages = poppler_text(pdf, "-raw").split("\f")
    wrong = [
        text for text, page in zip(SEEN, pages, strict=False)
        if bare(page).count(bare(text)) < 2 or f"様{bare(text)}方" not in bare(page)
    ]  # fmt: skip
    assert wrong == []
    assert not {b"/JavaScript", b"/Launch", b"/URI", b"/EmbeddedFile", b"/Annots"} & {
        part for part in (b"/JavaScript", b"/Launch", b"/URI", b"/EmbeddedFile", b"/Annots") if part in pdf
    }


def test_what_cannot_be_seen_moves_nothing(fonts: FontStack) -> None:
    """Signs of direction, controls and foreign scripts: printed, marked as missing or left out; the rest keeps its order."""
    for text in (*SCRIPTS, *UNSEEN):
        (one,) = on_paper(text)
        try:
            rendered = render_set([one], fonts)
        except PrintFailed as refused:
            assert "。" in refused.message
            continue
        page = bare(poppler_text(rendered.pdf, "-raw"))
        kept = [sign for sign in text if "一" <= sign <= "龥"]
        assert "".join(sign for sign in page if sign in "甲乙丙丁").startswith(
            "".join(sign for sign in kept if sign in "甲乙丙丁")
        )
        missing = {problem.detail for problem in rendered.problems}
        assert all(sign in page or missing for sign in kept)


ABSURD = (-1, 1e308, float("nan"), float("inf"), 10**400, "1" * 100_000, True, [], {}, 1e-300, 0, 1000)


def numbers_in(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where the numbers of a definition are."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from numbers_in(inner, (*path, key))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path


def test_a_definition_with_absurd_numbers_is_refused_or_prints(
    fonts: FontStack, forms: dict[str, FormDefinition]
) -> None:
    seen: set[object] = set()
    refused = accepted = 0
    for code in ("shomei_kofu", "inkan_toroku"):
        source = json.loads(json.dumps(dict(forms[code].source)))
        for path in list(numbers_in(source)):
            holder = source
            for step in path[:-1]:
                holder = holder[step]
            kind = (
                *(step for step in path if isinstance(step, str)),
                isinstance(holder, dict) and holder.get("type"),
            )
            if kind in seen:
                continue
            seen.add(kind)
            before = holder[path[-1]]
            for value in ABSURD:
                holder[path[-1]] = value
                try:
                    form = read_definition(source)
                except DefinitionsRefused as found:
                    refused += 1
                    assert all(0 < len(problem.message) < 300 for problem in found.problems)
                    continue
                accepted += 1
                if accepted % 4 == 0:
                    render(form, sample("family"), identity(), fonts)
            holder[path[-1]] = before
    assert refused > 300


def test_a_number_too_long_to_read_is_a_mistake_of_the_file(folder: Path) -> None:
    from app.documents import load_definitions

    (folder / "long.json").write_text('{"version": ' + "9" * 5000 + "}", encoding="utf-8")
    try:
        load_definitions(folder)
    except DefinitionsRefused as refused:
        assert "JSON" in refused.problems[0].message
    else:
        raise AssertionError


def test_a_font_that_is_none_is_recorded_and_never_used(tmp_path: Path) -> None:
    """Bytes turned over, tables cut, other files under its name: taken in whole, or named with a reason."""
    good = font_bytes()
    tried = [b"", b"%PDF-1.7", b"PK\x03\x04", b"<svg/>", b"\0\1\0\0" + b"\xff" * 200, b"OTTO" + bytes(99), b"ttcf" + b"\xff" * 99,
             b"wOF2" + bytes(99), *(good[: len(good) * part // 8] for part in range(1, 8))]  # fmt: skip
    for seed in range(25):
        chosen, data = random.Random(seed), bytearray(good)
        for _ in range(1 + seed):
            data[chosen.randrange(4, 2000 if seed % 2 else len(data))] = chosen.randrange(256)
        tried.append(bytes(data))
    unusable = 0
    for number, data in enumerate(tried):
        feed = tmp_path / f"feed{number}"
        feed.mkdir()
        (feed / FILE).write_bytes(data)
        instance = tmp_path / f"instance{number}"
        (font,) = receive_fonts(
            instance, [Listed(FILE, hashlib.sha256(data).hexdigest(), "2026-01-01")], [feed], TODAY
        )
        if font.problem:
            unusable += 1
            assert "。" in font.problem and fonts_in_force(list_city_fonts(instance), TODAY) == ()
        else:
            assert font.codes
    assert unusable > 15
