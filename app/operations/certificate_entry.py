"""Changes of a certificate request: quick entry, lines added and removed, copies, contents, papers, exemption, purpose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from app.data import audit, cases, certificate_lines
from app.data.models.case import CaseRow
from app.domain.authority import Actor
from app.domain.case import Case, CertificateLine, Step
from app.domain.certificate_content import ItemType
from app.domain.certificate_lines import EntryProblem, entries_asked, fiscal_years, read_entry
from app.domain.content import Certificate, ContentPack
from app.domain.errors import Invalid
from app.domain.fees import NONE
from app.domain.quick_entry import contents, parse_quick_entry
from app.operations import packs, taken_out
from app.operations.cases import changing
from app.operations.certificates import EXAMINED, PAPERS, PURPOSE, RECIPIENT, entry_field, lock
from app.operations.exemptions import EACH, EVIDENCE, EXEMPTION, exemptions, in_use, line_exemptions

MOST_COPIES = 99
MOST_LINES = 60
LONGEST_TEXT = 100


@dataclass(frozen=True)
class LineInput:
    """What was entered on a line: copies as typed, ticked contents, years, entries by name, and its own exemption.

    ``exemption`` is None where the screen did not ask for one.
    """

    copies: str
    options: Sequence[str]
    years: Sequence[str]
    entries: Mapping[str, str]
    exemption: str | None = None


@dataclass(frozen=True)
class DetailInput:
    """What was entered about the request as a whole. ``papers`` are those seen, ``examined`` a tick, ``evidence`` the codes
    of the exemptions whose evidence was seen."""

    papers: Sequence[str]
    exemption: str
    evidence: Sequence[str]
    examined: bool
    purpose: str
    recipient: str


@dataclass(frozen=True)
class RequestInput:
    """One sending of the screen. Lines that are not among ``lines`` stay as they are.

    ``person`` is for whom ``quick`` (はやうち入力) and ``add`` (a code) add lines; ``again``, ``more``, ``fewer`` and ``remove``
    are ids of lines: one more line of the kind, a copy more or less, the line gone. ``undo`` puts back what the last
    sending took out, and nothing else of this one counts.
    """

    person: str
    quick: str = ""
    add: str = ""
    again: str = ""
    more: str = ""
    fewer: str = ""
    remove: str = ""
    undo: bool = False
    lines: Mapping[str, LineInput] = field(default_factory=dict)
    details: DetailInput | None = None


def save(case_id: str, actor: Actor, version: int | None, entered: RequestInput, today: date) -> str:
    """Take in what was entered, all or nothing. Returns what has to be said about it, empty when nothing has.

    Raises Invalid naming each field that is wrong.
    """
    with changing(case_id, actor, version, Step.CONTENT) as row:
        case = cases.get_case(case_id)
        pack = packs.of_case(case)
        if entered.undo:
            return _put_back(row, case, actor, version)
        wrong: dict[str, str] = {}
        lines = _entered_lines(case, pack, entered.lines, today, wrong)
        lines = _rearranged(case, pack, entered, lines, wrong)
        before = {line.id: line for line in case.certificates}
        _check_locks(case, pack, actor, [line for line in lines if before.get(line.id) != line], wrong)
        if len(lines) > MOST_LINES:
            wrong["quick"] = f"一度の請求は{MOST_LINES}件までです。分けて受け付けてください。"
        if wrong:
            raise Invalid("入力内容を確認してください。", wrong)
        said = _store(row, case, actor, lines) if list(case.certificates) != lines else ""
        if entered.details:
            # What was just taken back is not asked for again by the screen that still showed it.
            details = replace(entered.details, exemption="") if said else entered.details
            said += _store_details(case_id, actor, details)
        return said


def _entered_lines(
    case: Case, pack: ContentPack, entered: Mapping[str, LineInput], today: date, wrong: dict[str, str]
) -> list[CertificateLine]:
    """The lines with what was entered on them; one whose copies are none is gone."""
    kept = []
    for line in case.certificates:
        given = entered.get(line.id)
        if given is None:
            kept.append(line)
            continue
        certificate = pack.certificate_by_code[line.kind]
        copies = _copies(given.copies, certificate, line.id, wrong)
        changed = _contents(case, pack, line, given, today, wrong)
        if copies or given.copies.strip() not in {"", "0", "０"}:
            kept.append(replace(changed, copies=copies or line.copies))
    return kept


def _contents(
    case: Case, pack: ContentPack, line: CertificateLine, given: LineInput, today: date, wrong: dict[str, str]
) -> CertificateLine:
    """The line with its contents, years and entries as given; an entry that is not asked for any more is kept for later."""
    certificate = pack.certificate_by_code[line.kind]
    try:
        options = contents(pack, line.kind, given.options)
    except ValueError:
        wrong[f"options-{line.id}"] = "記載事項を選び直してください。"
        return line
    offered = {str(year): year for year in fiscal_years(certificate, case.received_on)}
    if set(given.years) - offered.keys():
        read = next(year for year in given.years if year not in offered)
        wrong[f"years-{line.id}"] = f"「{read[:20]}」年度は選べません。年度を選び直してください。"
    years = tuple(year for text, year in offered.items() if text in given.years)
    entries = dict(line.entered)
    for asked in entries_asked(pack, certificate, options, case.received_on, case.channel.counts_as):
        if asked.name not in given.entries:
            continue
        try:
            value = read_entry(asked, given.entries[asked.name], today)
        except EntryProblem as problem:
            wrong[entry_field(line.id, asked.name)] = problem.message
            continue
        entries.pop(asked.name, None)
        if value:
            entries[asked.name] = value
    exemption = _line_exemption(case, pack, line, given, wrong)
    return replace(line, options=options, years=years, entered=entries, exemption=exemption)


def _line_exemption(
    case: Case, pack: ContentPack, line: CertificateLine, given: LineInput, wrong: dict[str, str]
) -> str:
    """The exemption of the line alone; what equals that of the request follows it."""
    if given.exemption is None:
        return line.exemption
    offered = {one.code for one in line_exemptions(case, pack, line)}
    if given.exemption not in offered | {"", NONE}:
        wrong[f"exemption-{line.id}"] = "この証明書には使えない減免です。選び直してください。"
        return line.exemption
    return given.exemption


def _copies(typed: str, certificate: Certificate, line_id: str, wrong: dict[str, str]) -> int:
    text = typed.strip().translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    if not text:
        return 0
    limit = min(MOST_COPIES, certificate.max_copies)
    if not text.isdecimal() or not text.isascii() or len(text) > 4 or int(text) > limit:
        wrong[f"copies-{line_id}"] = (
            f"「{typed[:20]}」は通数として使えません。0から{limit}までの数字で入力してください。"
        )
        return 0
    return int(text)


def _rearranged(
    case: Case, pack: ContentPack, entered: RequestInput, lines: list[CertificateLine], wrong: dict[str, str]
) -> list[CertificateLine]:
    """The lines after quick entry and after what the buttons add, repeat or remove."""
    person = case.person(entered.person)
    if (entered.quick.strip() or entered.add) and (person is None or not person.is_subject):
        wrong["person"] = "対象者を選び直してください。"
        return lines
    if entered.quick.strip():
        lines = _quick(case, pack, entered, lines, wrong)
    if entered.add:
        lines = _added(case, pack, entered.add, entered.person, lines, wrong)
    again = next((line for line in lines if entered.again and line.id == entered.again), None)
    if again is not None:
        place = lines.index(again) + 1
        lines = [
            *lines[:place],
            replace(again, id="", copies=1, issued_at=None, issued_by=""),
            *lines[place:],
        ]
    lines = [_counted(pack, line, entered) for line in lines]
    return [line for line in lines if line.copies and (not entered.remove or line.id != entered.remove)]


def _counted(pack: ContentPack, line: CertificateLine, entered: RequestInput) -> CertificateLine:
    """The line with a copy more or less; none left takes the line away."""
    if line.id and line.id == entered.more:
        return replace(line, copies=min(line.copies + 1, pack.certificate_by_code[line.kind].max_copies))
    if line.id and line.id == entered.fewer:
        return replace(line, copies=line.copies - 1)
    return line


def _quick(
    case: Case, pack: ContentPack, entered: RequestInput, lines: list[CertificateLine], wrong: dict[str, str]
) -> list[CertificateLine]:
    """Quick entry says anew which lines the person has of the kinds it names; what was typed on the first stays."""
    read, problems = parse_quick_entry(pack, entered.quick, case.received_on)
    if problems:
        wrong["quick"] = " ".join(one.message for one in problems[:5])
        return lines
    earlier: dict[str, list[CertificateLine]] = {}
    for line in lines:
        if line.subject == entered.person:
            earlier.setdefault(line.kind, []).append(line)
    named = {one.certificate for one in read}
    kept = [line for line in lines if line.subject != entered.person or line.kind not in named]
    for one in read:
        known = earlier.get(one.certificate) or []
        base = known.pop(0) if known else _new_line(case, pack, one.certificate, entered.person)
        kept.append(replace(base, copies=one.copies, options=one.options))
    return kept


def _added(
    case: Case, pack: ContentPack, kind: str, person: str, lines: list[CertificateLine], wrong: dict[str, str]
) -> list[CertificateLine]:
    """One more copy of the kind for the person, on a new line when there is none."""
    certificate = pack.certificate_by_code.get(kind)
    if certificate is None:
        wrong["quick"] = "この証明書は取り扱っていません。一覧から選び直してください。"
        return lines
    for place, line in enumerate(lines):
        if (line.kind, line.subject) == (kind, person):
            more = replace(line, copies=min(line.copies + 1, certificate.max_copies))
            return [*lines[:place], more, *lines[place + 1 :]]
    return [*lines, _new_line(case, pack, kind, person)]


def _new_line(case: Case, pack: ContentPack, kind: str, person: str) -> CertificateLine:
    """A line with the usual contents: the newest year, and texts that another line of the person already tells (本籍)."""
    certificate = pack.certificate_by_code[kind]
    texts = {one.code for one in pack.items_of(kind) if one.type is ItemType.TEXT}
    told = {
        name: text
        for line in case.certificates
        if line.subject == person
        for name, text in line.entered.items()
        if name in texts
    }
    years = fiscal_years(certificate, case.received_on)[:1]
    return CertificateLine("", kind, person, 1, contents(pack, kind, ()), told, years)


def _check_locks(
    case: Case, pack: ContentPack, actor: Actor, lines: Iterable[CertificateLine], wrong: dict[str, str]
) -> None:
    for line in lines:
        person = case.person(line.subject)
        certificate = pack.certificate_by_code[line.kind]
        locked = (
            lock(person, certificate, actor, case.channel.counts_as) if person and person.is_subject else ""
        )
        if locked:
            wrong[f"copies-{line.id}" if line.id else "quick"] = f"「{certificate.title}」: {locked}"


def _put_back(row: CaseRow, case: Case, actor: Actor, version: int | None) -> str:
    """The lines that were just taken out, and the exemption that went with them."""
    gone = taken_out.take_back(case, version)
    if gone.person:
        raise Invalid(taken_out.GONE)
    _store(row, case, actor, gone.among(case.certificates))
    if gone.exemption:
        cases.set_fact(case.id, "", EXEMPTION, gone.exemption, "asked", actor.staff_id)
        cases.set_fact(case.id, "", EVIDENCE, list(gone.evidence) or None, "asked", actor.staff_id)
    return f"{gone.name}を元に戻しました。"


def _keep_lost(
    row: CaseRow, case: Case, actor: Actor, lines: Sequence[CertificateLine], exemption: str
) -> None:
    """What is no longer among the lines can be put back with one key."""
    left = {line.id for line in lines}
    lost = [(place, line) for place, line in enumerate(case.certificates) if line.id not in left]
    if not lost:
        return
    title = packs.of_case(case).certificate_by_code[lost[0][1].kind].title
    name = f"「{title}」" + (f"ほか{len(lost) - 1}件" if lost[1:] else "")
    evidence = case.fact(EVIDENCE, default=[]) if exemption else []
    taken_out.keep(row, actor, taken_out.TakenOut(name, tuple(lost), exemption=exemption, evidence=evidence))


def _store(row: CaseRow, case: Case, actor: Actor, lines: Sequence[CertificateLine]) -> str:
    """The lines; an exemption that applies to none of them is taken back, and that is said."""
    pack = packs.of_case(case)
    certificate_lines.set_certificates(case.id, lines)
    audit.record(
        "case.certificates_saved", actor=actor, case_id=case.id,
        detail={"lines": [[line.kind, line.copies, list(line.options)] for line in lines]},
    )  # fmt: skip
    earlier = exemptions(case, pack).get(case.fact(EXEMPTION, default=""))
    fits = earlier is None or earlier.code in exemptions(cases.get_case(case.id), pack)
    _keep_lost(row, case, actor, lines, "" if fits or earlier is None else earlier.code)
    if fits or earlier is None:
        return ""
    _drop_exemption(case.id, actor)
    return f"減免「{earlier.title}」は、使える証明書がなくなったため外しました。"


def _drop_exemption(case_id: str, actor: Actor) -> None:
    for name in (EXEMPTION, EVIDENCE):
        cases.set_fact(case_id, "", name, None, "asked", actor.staff_id)


def _store_details(case_id: str, actor: Actor, details: DetailInput) -> str:
    """What concerns the whole request. An exemption that does not apply is not kept, and that is said.

    Raises Invalid for texts that are too long.
    """
    case = cases.get_case(case_id)
    pack = packs.of_case(case)
    wrong = {
        name: f"{LONGEST_TEXT}文字以内で入力してください（入力: {len(text)}文字）。"
        for name, text in (("purpose", details.purpose.strip()), ("recipient", details.recipient.strip()))
        if len(text) > LONGEST_TEXT
    }
    if wrong:
        raise Invalid("入力内容を確認してください。", wrong)
    known = {paper.code for paper in pack.proof_papers}
    offered = exemptions(case, pack)
    fits = details.exemption in offered or (details.exemption == EACH and bool(offered))
    purpose, recipient = details.purpose.strip(), details.recipient.strip()
    facts = {
        PAPERS: sorted(set(details.papers) & known), EXEMPTION: details.exemption if fits else None,
        EXAMINED: details.examined or None,
        PURPOSE: purpose, RECIPIENT: recipient or _usual_recipient(case, pack, purpose),
    }  # fmt: skip
    for name, value in facts.items():
        cases.set_fact(case_id, "", name, value, "asked", actor.staff_id)
    # Evidence that was seen counts for the exemptions in use now; one that is chosen again is seen again.
    seen = sorted(set(details.evidence) & set(in_use(cases.get_case(case_id), pack)))
    cases.set_fact(case_id, "", EVIDENCE, seen or None, "asked", actor.staff_id)
    if details.exemption and not fits:
        return "選んだ減免の理由は、請求された証明書には使えないため外しました。手数料を確かめてください。"
    return ""


def _usual_recipient(case: Case, pack: ContentPack, purpose: str) -> str:
    """Where a certificate for a purpose that was just chosen always goes; empty when there are several places."""
    if purpose == case.fact(PURPOSE, default=""):
        return ""
    found = next((one for one in pack.purposes if one.title == purpose), None)
    return found.recipients[0] if found and len(found.recipients) == 1 else ""
