"""Formats of placeholders: dates whole and in parts, ages by law, amounts."""

from datetime import date

import pytest

from app.documents.print_keys import parse_computed
from app.domain.dates import PartialDate

BORN = date(1989, 4, 2)


@pytest.mark.parametrize(
    ("text", "values", "shown"),
    [
        ("{subject.birth}", {"subject.birth": BORN}, "平成元年4月2日"),
        ("{subject.birth:western}", {"subject.birth": BORN}, "1989年4月2日"),
        ("{subject.birth:era}{subject.birth:year}", {"subject.birth": BORN}, "平成元"),
        ("{subject.birth:western_year}/{subject.birth:month}/{subject.birth:day}", {"subject.birth": "1989-04-02"}, "1989/4/2"),
        ("{subject.birth:year}.{subject.birth:month}.{subject.birth:day}", {"subject.birth": "19400300"}, "15.3."),
        ("{subject.birth:month}", {"subject.birth": PartialDate(1940, None, None, "昭和15年頃")}, ""),
        # Reached at the end of the day before the birthday.
        ("{subject.birth:age}", {"subject.birth": BORN, "case.received_on": date(2026, 3, 31)}, "36"),
        ("{subject.birth:age}", {"subject.birth": BORN, "case.received_on": "2026-04-01"}, "37"),
        ("{subject.birth:age@move.changed_on}", {"subject.birth": BORN, "move.changed_on": date(2008, 1, 1)}, "18"),
        ("{subject.birth:age}", {"subject.birth": "19890000", "case.received_on": date(2026, 3, 31)}, ""),
        ("{subject.birth:age}", {"subject.birth": BORN}, ""),
        ("{certificates.total:yen}", {"certificates.total": 1200}, "1,200円"),
    ],
)  # fmt: skip
def test_a_value_is_written_as_its_format_says(text: str, values: dict[str, object], shown: str) -> None:
    assert parse_computed(text).text(values) == shown


@pytest.mark.parametrize("form", ["years", "age@subject.nmae", "western@case.received_on"])
def test_another_format_is_refused(form: str) -> None:
    with pytest.raises(ValueError, match="書式"):
        parse_computed("{subject.birth:" + form + "}")


def test_an_age_in_a_row_counts_to_the_day_of_the_whole_document() -> None:
    assert parse_computed("{birth:age}歳", "members").text({"birth": BORN, "case.received_on": BORN}) == "0歳"
