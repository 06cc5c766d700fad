"""What could not be printed as it stands: shown to the clerk beside the document, never left to be noticed on paper."""

from dataclasses import dataclass

from app.domain import mojikiban


class PrintFailed(Exception):
    """A print job of which nothing is handed out. `message` is for the clerk (Japanese); str() is for the log, without data."""

    def __init__(self, message: str, log: str = "") -> None:
        super().__init__(log or message)
        self.message = message


class PrintRefused(PrintFailed):
    """The job cannot be printed as it was ordered; the message says what to change."""


MISSING_GLYPH = "missing_glyph"
CONTINUED = "continued"
NO_OPTION = "no_option"
LABEL = "label"
CODE = "code"


@dataclass(frozen=True, slots=True)
class PrintProblem:
    """A problem of one field of one form; `detail` is the character, text or value, `message` is for the clerk."""

    kind: str
    form: str
    title: str
    field: str
    detail: str
    message: str


def missing_glyph(form: str, title: str, field: str, cluster: str) -> PrintProblem:
    """A character that no font of the stack has."""
    codes = " ".join(f"U+{ord(char):04X}" for char in cluster)
    if len(cluster) > 1 and not mojikiban.is_known(cluster):
        why = "別の字形集の異体字（Moji_Johoにないもの）のため"
    else:
        why = "印字できる書体がないため"
    message = (
        f"{title}の「{field}」の文字「{cluster}」（{codes}）は、{why}「〓」と印字しました。"
        "正しい文字を手書きで補い、外字の登録を情報政策課に確かめてください。"
    )
    return PrintProblem(MISSING_GLYPH, form, title, field, cluster, message)


def continued(form: str, title: str, field: str, sheet: int) -> PrintProblem:
    """A text that is printed on the continuation sheet because it does not fit."""
    message = f"{title}の「{field}」は枠に入りきらないため、全文を別紙{sheet}に印字しました。"
    return PrintProblem(CONTINUED, form, title, field, str(sheet), message)


def continued_rows(form: str, title: str, field: str, count: int) -> PrintProblem:
    """Rows of a table that are printed on continuation pages."""
    message = f"{title}の「{field}」が表に入りきらないため、残り{count}行を続紙に印字しました。"
    return PrintProblem(CONTINUED, form, title, field, str(count), message)


def no_option(form: str, title: str, field: str, value: str) -> PrintProblem:
    """A value for which the form has no choice to mark."""
    message = f"{title}の「{field}」には「{value}」に当たる選択肢がないため、印を付けていません。用紙を確認してください。"
    return PrintProblem(NO_OPTION, form, title, field, value, message)


def no_code(form: str, title: str, field: str, why: str) -> PrintProblem:
    """A text that could not become a code and was printed as it is."""
    message = f"{title}の「{field}」はコードにできないため、文字で印字しました。{why}"
    return PrintProblem(CODE, form, title, field, why, message)


def label_too_long(form: str, title: str, text: str) -> PrintProblem:
    """A pre-printed text that does not fit its place: the definition has to be mended."""
    message = f"{title}の見出し「{text}」が枠に入りません。様式の定義を直してください。"
    return PrintProblem(LABEL, form, title, text, text, message)
