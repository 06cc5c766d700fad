"""`flask documents`: what an administrator sees of the forms."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.commands.documents import cli
from tests.unit.documents.paper import FORMS, bare, poppler_text


def test_list_begins_each_line_with_a_code() -> None:
    done = CliRunner().invoke(cli, ["list"])
    assert done.exit_code == 0
    codes = [line.split("\t")[0] for line in done.output.splitlines()]
    assert codes == sorted(path.stem for path in FORMS.glob("*.json"))
    rows = dict(zip(codes, done.output.splitlines(), strict=True))
    assert rows["koki_sosai"].endswith("後期高齢者医療 葬祭費・証の返却・還付")


def test_procedures_without_a_form_are_those_without_a_paper() -> None:
    done = CliRunner().invoke(cli, ["list", "--missing"])
    assert done.exit_code == 0, done.output
    bare = [line.split("\t") for line in done.output.splitlines()]
    # A reservation is only compared; the pension office takes nothing but its own paper.
    assert [code for code, _title, section in bare if section in {"citizens", "insurance"}] == [
        "one_stop_match", "pension_death_employees",
    ]  # fmt: skip


@pytest.mark.usefixtures("fonts")
def test_sample_writes_a_form_that_says_it_is_a_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAKANAI_INSTANCE", str(tmp_path))
    out = tmp_path / "sample.pdf"
    done = CliRunner().invoke(cli, ["sample", "jumin_ido", "--out", str(out)])
    assert done.exit_code == 0, done.output
    text = bare(poppler_text(out.read_bytes(), "-raw"))
    assert "見本" in text and "住民異動届" in text and "髙﨑𠮷乃" in text and "髙﨑葛\U000e0102翔" in text
    many = CliRunner().invoke(cli, ["sample", "jumin_ido", "--data", "large_family", "--out", str(out)])
    assert many.exit_code == 0 and "2ページ" in many.output and "続紙" in many.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["sample", "nothing", "--out", "OUT"], "jumin_ido"),
        (["sample", "jumin_ido", "--data", "nobody", "--out", "OUT"], "family"),
    ],
)
def test_a_wrong_name_is_refused_and_nothing_is_written(
    tmp_path: Path, arguments: list[str], told: str
) -> None:
    out = tmp_path / "out.pdf"
    done = CliRunner().invoke(cli, [str(out) if part == "OUT" else part for part in arguments])
    assert done.exit_code == 1 and told in done.output and not out.exists()


def test_a_wrong_definition_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(json.dumps({"form": "bad"}), encoding="utf-8")
    done = CliRunner().invoke(cli, ["list", "--folder", str(tmp_path)])
    assert done.exit_code == 1 and "bad.json" in done.output and "version" in done.output
