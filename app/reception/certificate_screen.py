"""C-01 and C-03: what the screen of a certificate request shows, also when something on it has to be mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Response
from werkzeug.datastructures import MultiDict

from app.domain.authority import Actor
from app.domain.case import Case, Step
from app.domain.certificate_content import AREA_LABELS
from app.domain.certificate_lines import shown_entry
from app.domain.content import ContentPack
from app.domain.quick_entry import favourites
from app.operations import certificates, duplicates, packs, subjects, taken_out
from app.operations.print_values import year_text
from app.reception.frame import GUIDE, print_actions, show_step
from app.web.pages import Action

FEES = Action("手数料の根拠", None, "drawer", "fees", alt="Alt+T")
ISSUE = Action("交付請求書を印刷する", "F9", "submit", "details", primary=True, alt="Ctrl+Enter")


def show_certificates(case: Case, actor: Actor, extra: dict[str, Any]) -> Response:
    """The request; with errors the same screen with what was typed."""
    form = extra.pop("form") or {}
    pack = packs.of_case(case)
    person = extra.pop("person_id", None) or form.get("show_person") or form.get("person")
    view = certificates.view(case, actor, person)
    view = replace(view, lines=tuple(_as_typed(line, form) for line in view.lines))
    household = [one for one in subjects.candidates(case, actor) if not one.protected]
    present = {one.number for one in case.subjects}
    turned = extra.pop("turned", False)
    added, shopping = extra.pop("added", False), extra.pop("shopping", False)
    return show_step(
        case, Step.CONTENT, "証明書を選ぶ", [GUIDE, FEES, *print_actions(case, ISSUE)], template="reception/certificates.html",
        view=view, gone=taken_out.last(case), typed=form, summary=_places_of(extra["errors"], view), year_text=year_text,
        aside_label="手数料",
        areas=AREA_LABELS, shopping=shopping, shown_entry=shown_entry, pack=pack, said=extra.pop("said", ""),
        focus=_first_missing(case, pack, view) if added else "quick" if turned else "",
        grounds=certificates.fee_table(case, case.certificates),
        addable=[one for one in household if one.number not in present] if case.is_for_self else [],
        purpose=case.fact(certificates.PURPOSE, default=""), recipient=case.fact(certificates.RECIPIENT, default=""),
        favourites=favourites(pack, case.received_on),
        memo_kind="issue", twice=duplicates.waiting(case, actor), guides=_guides(pack, view), **extra,
    )  # fmt: skip


def _guides(
    pack: ContentPack, view: certificates.Request
) -> list[tuple[str, str, str, str, tuple[str, ...], str]]:
    """Guidance per certificate, those of the request first."""
    asked = {line.line.kind for line in view.lines}
    ordered = sorted(pack.certificates, key=lambda one: (one.code not in asked, one.order))
    return [(one.code, one.title, one.guidance, one.law, one.checks, "certificate") for one in ordered]


def _as_typed(line: certificates.LineView, form: Mapping[str, Any]) -> certificates.LineView:
    """The line as it was just posted, when it was: nothing typed is lost on a screen that has to be mended."""
    key = line.line.id
    if not isinstance(form, MultiDict) or f"copies-{key}" not in form:
        return line
    names = [name for name in form if name.split("-")[:2] == ["options", key]]
    chosen = {code for name in names for code in form.getlist(name)}
    return replace(
        line,
        ticks=tuple(replace(one, chosen=one.item.code in chosen) for one in line.ticks),
        entries=tuple((asked, form.get(f"entry-{key}-{asked.name}", kept)) for asked, kept in line.entries),
        line=replace(
            line.line, years=tuple(year for year in line.years if str(year) in form.getlist(f"years-{key}"))
        ),
    )


def _first_missing(case: Case, pack: ContentPack, view: certificates.Request) -> str:
    """Where the hand goes after lines were added: the first entry that is missing, otherwise the first paper to see."""
    for line in view.lines:
        for asked, kept in line.entries:
            if asked.required and not kept:
                return certificates.entry_field(line.line.id, asked.name)
    for ask in view.papers:
        if not view.shown & {paper.code for paper in ask.papers}:
            return f"paper-{ask.papers[0].code}"
    return ""


def _places_of(errors: Mapping[str, str], view: certificates.Request) -> list[tuple[str, str]]:
    """Where each message leads: to its field, or to the quick entry when the field is not on the screen (any more)."""
    there = {"duplicates", "quick", "purpose", "recipient", "exemption", "main"}
    there |= {"examined"} if view.examination else set()
    there |= {f"evidence-{one.code}" for one in view.exempted}
    there |= {f"paper-{paper.code}" for ask in view.papers for paper in ask.papers}
    for line in view.lines:
        names = [asked.name for asked, _kept in line.entries]
        there |= {certificates.entry_field(line.line.id, name) for name in ("options", "years", *names)}
        there |= {f"copies-{line.line.id}", f"exemption-{line.line.id}"}
    return [(name if name in there else "quick", message) for name, message in errors.items()]
