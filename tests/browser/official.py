"""An official-like form that the product has never seen: drawn anew for each run, with ruled boxes at odd places."""

from __future__ import annotations

import io

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from app.config import PROJECT_ROOT

WIDTH, HEIGHT = 210.0, 297.0
ROWS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("申請者", ("フリガナ", "氏名", "生年月日", "電話番号", "住所")),
    ("対象者", ("フリガナ", "氏名", "生年月日", "性別", "住所", "続柄")),
    ("世帯主", ("フリガナ", "氏名", "生年月日", "電話番号", "住所")),
    ("異動", ("異動日", "届出日", "前の住所", "新しい住所")),
    ("窓口記入欄", ("受付番号", "受付日", "窓口", "受付職員", "受付の方法")),
)
"""Blocks with their lines; 25 cells to be filled."""
LEFT, LABEL, TOP, HIGH = 17.3, 31.7, 33.6, 9.1


def cells() -> list[tuple[str, str, float, float, float, float]]:
    """Block, line, and x, y, w, h (mm from the top left) of every cell that is filled."""
    found, y = [], TOP
    for block, lines in ROWS:
        for line in lines:
            found.append((block, line, LEFT + 2 * LABEL, y, WIDTH - 2 * LEFT - 2 * LABEL, HIGH))
            y += HIGH
        y += 3.7
    return found


def official_pdf(title: str) -> bytes:
    """The blank form as a city would publish it."""
    pdfmetrics.registerFont(
        TTFont("Official", str(PROJECT_ROOT / "app" / "documents" / "fonts" / "ipaexg.ttf"))
    )
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(WIDTH * mm, HEIGHT * mm), invariant=True)
    canvas.setFont("Official", 16)
    canvas.drawCentredString(WIDTH / 2 * mm, (HEIGHT - 22) * mm, title)
    canvas.setFont("Official", 8.5)
    canvas.setLineWidth(0.5)
    for block, line, x, y, w, h in cells():
        canvas.rect((x - LABEL) * mm, (HEIGHT - y - h) * mm, LABEL * mm, h * mm)
        canvas.rect(x * mm, (HEIGHT - y - h) * mm, w * mm, h * mm)
        canvas.drawString((x - LABEL + 2) * mm, (HEIGHT - y - h / 2 - 1) * mm, line)
        if line == dict(ROWS)[block][0]:
            canvas.drawString(LEFT * mm, (HEIGHT - y - h / 2 - 1) * mm, block)
    canvas.showPage()
    canvas.save()
    return target.getvalue()
