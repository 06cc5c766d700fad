"""How a person's name is written: which of a foreign resident's names comes first (氏名優先区分), and 旧氏.

One rule for screens and papers: what it makes is the name of the person wherever the product names him.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_KANJI, _LATIN, _ALIAS = "shimei_gaikokujinkanji", "shimei_gaikokujinromaji", "tsusho"
_REGISTERED: tuple[Sequence[str], ...] = ((_KANJI,), (_LATIN,), (_KANJI, _LATIN), (_LATIN, _KANJI))

PRIORITIES: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    **{f"{at:02}": (names, ()) for at, names in enumerate(_REGISTERED, start=1)},
    **{f"{at:02}": (names, (_ALIAS,)) for at, names in enumerate(_REGISTERED, start=5)},
    "09": ((_ALIAS,), ()),
    **{f"{at:02}": ((_ALIAS,), names) for at, names in enumerate(_REGISTERED, start=10)},
}
"""Code → (names in front, names in brackets behind them), by the columns of the register."""

PRIORITY_LABELS = {
    "01": "漢字", "02": "ローマ字", "03": "漢字（ローマ字）", "04": "ローマ字（漢字）", "05": "漢字（通称）", "06": "ローマ字（通称）",
    "07": "漢字・ローマ字（通称）", "08": "ローマ字・漢字（通称）", "09": "通称", "10": "通称（漢字）", "11": "通称（ローマ字）",
    "12": "通称（漢字・ローマ字）", "13": "通称（ローマ字・漢字）",
}  # fmt: skip
"""What each code puts first, in words for the clerk."""


def written_name(values: Mapping[str, str]) -> str:
    """The name that stands on screens and papers for a row of the register (columns of layout 01a, non-empty values).

    A Japanese resident's is his 氏名. A foreign resident's is what the core system wrote as 氏名_優先; where that was not
    delivered it is composed by 氏名優先区分: 「通称（漢字（ローマ字））」. A part that the row does not have is left out, and a
    code that leaves nothing, or none, gives the 氏名.
    """
    name = values.get("shimei", "")
    if delivered := values.get("shimei_yusen"):
        return delivered
    front, behind = PRIORITIES.get(values.get("shimeiyusenkubun", ""), ((), ()))
    main, other = _joined(values, front), _joined(values, behind)
    if main and other:
        return f"{main}（{other}）"
    return main or other or name


def _joined(values: Mapping[str, str], columns: Sequence[str]) -> str:
    """「漢字（ローマ字）」 of those that the row has."""
    parts = [values[column] for column in columns if values.get(column)]
    return f"{parts[0]}（{parts[1]}）" if len(parts) > 1 else "".join(parts)


def former_name(values: Mapping[str, str]) -> str:
    """The former surname (旧氏) as it is shown beside the name: with the reading where there is one."""
    surname, reading = values.get("kyuji", ""), values.get("kyuji_furigana", "")
    return f"{surname}（{reading}）" if surname and reading else surname
