"""The engines a user would pick instead, given the same texts as HTML: fitted and placed already, without a single rule.

xhtml2pdf is one of the product's packages; WeasyPrint is put into an environment of its own under ``build/``; Chromium is
the one of the machine. What is not there is left out.
"""

from __future__ import annotations

import io
import logging
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import IO, cast

from fontTools.ttLib import TTFont
from reportlab.lib.fonts import addMapping
from xhtml2pdf import default, pisa

from benchmarks._bare import POINTS, Sheet
from environment import ROOT, say

WEASYPRINT = "weasyprint==70.0"
_ASCENT = 0.88


def html_of(sheets: Sequence[Sheet], families: Mapping[str, str]) -> str:
    """One positioned box for each text; `families` is the family of each font name."""
    pages = []
    for sheet in sheets:
        boxes = [
            _box(word["x"], sheet["height"] - word["y"] / POINTS, word["size"], families[word["font"]], word["text"], sheet["width"])
            for word in sheet["words"]
        ]  # fmt: skip
        size = f"width:{sheet['width']}mm;height:{sheet['height'] - 0.5}mm"
        pages.append(f'<div style="position:relative;page-break-after:always;{size}">{"".join(boxes)}</div>')
    style = "@page { size: a4; margin: 0 } body { margin: 0 }"
    head = f'<head><meta charset="utf-8"><style>{style}</style></head>'
    return f"<!doctype html><html>{head}<body>{''.join(pages)}</body></html>"


def _box(x: float, baseline: float, size: float, family: str, text: str, width: float) -> str:
    left, top = x / POINTS, baseline - size * _ASCENT / POINTS
    place = f"left:{left:.2f}mm;top:{top:.2f}mm;width:{width - left:.2f}mm;height:{size / POINTS + 1:.2f}mm"
    return (
        f'<div style="position:absolute;{place};font-size:{size}pt;font-family:{family}">{escape(text)}</div>'
    )


def family_names(fonts: Mapping[str, str]) -> dict[str, str]:
    """The family that each font file calls itself."""
    found = {}
    for name, path in fonts.items():
        with TTFont(path, lazy=True) as font:
            found[name] = str(font["name"].getDebugName(1))
    return found


class Xhtml2pdf:
    """xhtml2pdf in this process, its fonts registered once."""

    def __init__(self, fonts: Mapping[str, str]) -> None:
        for name in fonts:
            for bold in (0, 1):
                for italic in (0, 1):
                    addMapping(name, bold, italic, name)
            default.DEFAULT_FONT[name.lower()] = name
        logging.getLogger("xhtml2pdf").setLevel(logging.CRITICAL)

    def convert(self, html: str) -> int:
        """The size of the PDF in bytes."""
        target = io.BytesIO()
        pisa.CreatePDF(html, dest=target, encoding="utf-8")
        return len(target.getvalue())


class WeasyPrint:
    """WeasyPrint in a warm process of its own."""

    def __init__(self, python: Path, folder: Path, fonts: Mapping[str, str]) -> None:
        self._source, self._target = folder / "peer.html", folder / "peer.pdf"
        settings = folder / "fonts.conf"
        places = "".join(f"<dir>{escape(str(Path(path).parent))}</dir>" for path in fonts.values())
        cache = f"<cachedir>{escape(str(folder / 'fontconfig'))}</cachedir>"
        settings.write_text(
            f"<?xml version='1.0'?><fontconfig>{places}{cache}</fontconfig>", encoding="utf-8"
        )
        self._process = subprocess.Popen(
            [python, Path(__file__).with_name("_weasyprint.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, encoding="utf-8", env=os.environ | {"FONTCONFIG_FILE": str(settings), "PYTHONPATH": ""},
        )  # fmt: skip
        self._input, self._output = cast(IO[str], self._process.stdin), cast(IO[str], self._process.stdout)
        self._expect("ready")

    def convert(self, html: str) -> int:
        """The size of the PDF in bytes."""
        self._source.write_text(html, encoding="utf-8")
        self._input.write(f"{self._source}\t{self._target}\n")
        self._input.flush()
        self._expect("done")
        return self._target.stat().st_size

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    def _expect(self, answer: str) -> None:
        if self._output.readline().strip() != answer:
            self.close()
            raise OSError("WeasyPrint does not run here")


def open_weasyprint(folder: Path, fonts: Mapping[str, str]) -> WeasyPrint | None:
    """WeasyPrint, installed when it is first needed; None where that is not possible."""
    place = ROOT / "build" / "peers"
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    try:
        if not (place / "done").exists():
            venv.create(place, with_pip=True, clear=True)
            subprocess.run([python, "-m", "pip", "install", "-q", WEASYPRINT], check=True, stdout=sys.stderr)
            (place / "done").touch()
        return WeasyPrint(python, folder, fonts)
    except (OSError, subprocess.SubprocessError) as error:
        say(f"WeasyPrint left out ({type(error).__name__})")
        return None


class Chromium:
    """Chromium started anew for each print, as a server without a warm browser does."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program, self._folder = program, folder

    def convert(self, html: str) -> int:
        """The size of the PDF in bytes."""
        source, target = self._folder / "chromium.html", self._folder / "chromium.pdf"
        source.write_text(html, encoding="utf-8")
        command = [self._program, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={self._folder / 'profile'}",
                   "--no-pdf-header-footer", f"--print-to-pdf={target}", source.as_uri()]  # fmt: skip
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return target.stat().st_size


def open_chromium(folder: Path) -> Chromium | None:
    """The machine's Chromium, None without one."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    return Chromium(program, folder) if program else None
