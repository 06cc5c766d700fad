"""Files of staff changes: 250 invented members of staff, and the same with thirty kinds of fault."""

from __future__ import annotations

from app.domain.staff_file import COLUMNS, FIRST, ID, KIND, LAST, NAME, ROLES, SECTION

COUNTERS = {"main": "市民課", "taimei": "岱明支所", "tax": "税務課", "information": "情報政策課"}
SOUND = 250
MANY = ("counter", "insurance", "care", "children", "welfare", "tax")
WHOLE = ""

FAULTY: tuple[tuple[int, str, str], ...] = (
    (5, ID, ""),
    (9, ID, "ab"),
    (13, ID, "Shimin-013"),
    (17, ID, "shimin_017"),
    (21, ID, "shimin-020"),
    (25, ID, "a" * 41),
    (29, ID, "joho-001"),
    (33, ID, "robot-001"),
    (37, ID, "shimin-901"),
    (41, NAME, ""),
    (45, NAME, "名" * 61),
    (49, NAME, "見本\t見"),
    (53, NAME, "見本　〓"),
    (57, NAME, "=1+1"),
    (61, SECTION, ""),
    (65, SECTION, "課" * 62),
    (69, SECTION, "＋市民課"),
    (73, ROLES, ""),
    (77, ROLES, "市民課 窓口受付"),
    (81, ROLES, "水道課:窓口受付"),
    (85, ROLES, "市民課:課長"),
    (89, ROLES, "市民課:ロボット"),
    (93, ROLES, "市民課:窓口受付、main:counter"),
    (97, ROLES, "市民課:支援措置責任者"),
    (101, ROLES, "、".join(f"{counter}:{role}" for counter in COUNTERS for role in MANY)),
    (105, FIRST, "R9.2.30"),
    (109, FIRST, "R8.12.1"),
    (113, LAST, "2027/13/01"),
    (117, LAST, "R9.3.31"),
    (121, LAST, "R90.1.1"),
    (125, KIND, "異動"),
    (129, KIND, "退職"),
    (133, WHOLE, "多い"),
    (137, WHOLE, "足りない"),
    (141, WHOLE, "引用符"),
)  # fmt: skip
"""Line, column and what stands there. Line 129 is a second one of its kind."""


def sound_cells(number: int) -> dict[str, str]:
    """A new member of staff, the same for the same number."""
    at = ("市民課:窓口受付", "税務課:税務", "市民課:窓口受付、岱明支所:窓口受付")[number % 3]
    cells = (f"shimin-{number:03}", f"見本　職員{number}", "市民課", at, "", "", "")
    return dict(zip(COLUMNS, cells, strict=True))


def sound_file(encoding: str = "utf-8") -> bytes:
    """A clean file of 250."""
    return _text([",".join(sound_cells(number).values()) for number in range(2, SOUND + 2)], encoding)


def faulty_file(encoding: str = "utf-8") -> bytes:
    """The same with `FAULTY` in it."""
    wrong = {line: (column, text) for line, column, text in FAULTY}
    return _text([_line(number, *wrong.get(number, ("-", ""))) for number in range(2, SOUND + 2)], encoding)


def _line(number: int, column: str, text: str) -> str:
    cells = sound_cells(number)
    if column == WHOLE:
        sound = ",".join(cells.values())
        return {
            "多い": sound + ",あまり",
            "足りない": cells[ID] + ",見本",
            "引用符": cells[ID] + ',"見本' + ",,,,,",
        }[text]
    return ",".join((cells | ({column: text} if column in cells else {})).values())


def _text(lines: list[str], encoding: str) -> bytes:
    return "\r\n".join([",".join(COLUMNS), *lines, ""]).encode(encoding)
