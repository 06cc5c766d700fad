"""What a case that comes without a visitor is about: the letter and its money (郵送), the booking (予約), the ground (職権) (R3)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.dates import DateProblem, format_wareki_day, parse_day

LONGEST = 200
ENCLOSURES: tuple[tuple[str, str], ...] = (
    ("request", "請求書・届書"),
    ("id_copy", "本人確認書類の写し"),
    ("orders", "定額小為替"),
    ("envelope", "返信用封筒"),
    ("stamps", "返信用切手"),
    ("authority", "委任状など権限を示す書類"),
    ("other", "その他"),
)
"""What can lie in the envelope (同封物)."""
NEEDED = ("request", "id_copy", "envelope", "stamps")
"""What a request by post always needs; money orders besides when there is a fee."""
DENOMINATIONS = (50, 100, 150, 200, 250, 300, 350, 400, 450, 500, 750, 1000)
"""The amounts of fixed-amount money orders (定額小為替), in yen."""
MOST_ORDERS = 60
TOLD_BY: tuple[tuple[str, str], ...] = (("phone", "電話"), ("letter", "手紙"))
_ORDER = re.compile(r"(\d{2,4})(?:円)?(?:[x*](\d{1,2}))?(?:枚)?")
_TIME = re.compile(r"(\d{1,2})[:時.](\d{1,2})?(?:分)?")


def read_orders(typed: str) -> tuple[int, ...]:
    """The money orders of «450 300x2», each by its amount. Raises `ValueError` with what is wrong, in Japanese."""
    found: list[int] = []
    text = unicodedata.normalize("NFKC", typed).lower().replace("×", "x").replace(",", " ")
    for part in text.replace("、", " ").split():
        match = _ORDER.fullmatch(part)
        if match is None or int(match[1]) not in DENOMINATIONS:
            amounts = "・".join(str(one) for one in DENOMINATIONS)
            raise ValueError(
                f"「{part[:20]}」は定額小為替の額として読めません。額は{amounts}円です（例: 450 300x2）。"
            )
        found += [int(match[1])] * int(match[2] or 1)
    if len(found) > MOST_ORDERS:
        raise ValueError(f"定額小為替は{MOST_ORDERS}枚までにしてください（入力: {len(found)}枚）。")
    return tuple(found)


def orders_in_words(orders: Sequence[int]) -> str:
    """450円1枚、300円2枚."""
    return "、".join(f"{amount}円{orders.count(amount)}枚" for amount in sorted(set(orders), reverse=True))


def read_time(typed: str) -> str:
    """A time of day as HH:MM; empty when nothing was typed. Raises `ValueError` with what is wrong, in Japanese."""
    text = unicodedata.normalize("NFKC", typed).strip().replace("半", "30")
    if not text:
        return ""
    match = _TIME.fullmatch(text)
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (24, 0)
    if not (0 <= hour < 24 and 0 <= minute < 60):
        raise ValueError(f"「{typed[:20]}」は時刻として読めません。10:30 のように入力してください。")
    return f"{hour:02}:{minute:02}"


def read_day(typed: str, today: date, field: str, wrong: dict[str, str], *, future: bool = False) -> str:
    """A day in standard form; what is wrong with it is put under ``field``."""
    if not typed.strip():
        return ""
    try:
        return parse_day(typed, today=today, future=future).isoformat()
    except DateProblem as problem:
        wrong[field] = problem.message
        return ""


def shown_day(iso: str) -> str:
    """A kept day by era."""
    return format_wareki_day(date.fromisoformat(iso)) if iso else ""


def read_text(typed: Mapping[str, str], name: str, label: str, wrong: dict[str, str]) -> str:
    """A text within bounds."""
    text = typed.get(name, "").strip()
    if len(text) > LONGEST:
        wrong[name] = f"{label}は{LONGEST}文字以内で入力してください（入力: {len(text)}文字）。"
    return text


@dataclass(frozen=True)
class PostalCheck:
    """What is missing in a letter (不備), and how the money compares with the fee: what was sent less what is due, in yen."""

    sent: int
    fee: int
    missing: tuple[str, ...]

    @property
    def difference(self) -> int:
        return self.sent - self.fee

    @property
    def words(self) -> str:
        """How the money stands, in one sentence."""
        if not self.difference:
            return "手数料と同じ額です。"
        amount = f"{abs(self.difference):,}円"
        return f"{amount}足りません。" if self.difference < 0 else f"{amount}多く入っています。"


def check_letter(enclosures: Sequence[str], orders: Sequence[int], fee: int) -> PostalCheck:
    """What a letter lacks for a request whose fee is ``fee``."""
    labels = dict(ENCLOSURES)
    sent = sum(orders)
    missing = [labels[code] for code in NEEDED if code not in enclosures]
    if sent < fee:
        missing.append(f"定額小為替{fee - sent:,}円分")
    elif sent > fee:
        missing.append(f"手数料に合う定額小為替（{sent - fee:,}円多い）")
    return PostalCheck(sent, fee, tuple(missing))
