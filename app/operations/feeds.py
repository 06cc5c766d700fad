"""Taking in the core system's files (データ連携): checked, staged, compared, and switched in as a whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.config import Settings
from app.data import (
    audit,
    feed_difference,
    feed_examples,
    feed_first,
    feed_persons,
    feed_switch,
    feeds,
    gaiji,
    person_workers,
    projection,
    protection,
)
from app.data.feeds import Accepted
from app.data.forms import Forms
from app.data.forms import load as load_forms
from app.data.models.base import utc_now
from app.data.models.register import FeedImportRow
from app.data.person_workers import Makers
from app.data.protection import Measure, Plan
from app.data.staging import PERSON_SETS, pause, workbench
from app.data.transactions import transaction
from app.domain.authority import SYSTEM, Actor
from app.domain.errors import KakanaiError
from app.domain.feed_jobs import Example
from app.extensions import db
from app.intake.layouts import Versions, load_versions
from app.operations import feed_gates, feed_staging, fonts
from app.operations.feed_files import (
    MEASURES,
    MERGING,
    RESIDENTS,
    Fault,
    Feed,
    ImportInterrupted,
    ImportRefused,
    gather,
    rounds,
    withheld_columns,
)
from app.operations.feed_gates import ShrunkFeeds
from app.operations.feed_reports import (
    FileReport,
    ImportReport,
    Opened,
    Prepared,
    records_of,
    report_of,
)
from app.operations.feed_staging import Meter, Progress, StagingGround, Stop, never, no_progress
from app.operations.row_staging import Rejects

__all__ = [
    "FileReport",
    "ImportInterrupted",
    "ImportRefused",
    "ImportReport",
    "ShrunkFeeds",
    "check",
    "import_files",
]

_MESSAGE_LIMIT = 4000


Confirm = Callable[[ImportReport], bool]
Note = Callable[[Session, ImportReport], None]
"""Told inside the transaction of the switch, to write what goes with it."""


def _agreed(_report: ImportReport) -> bool:
    return True


def _unnoted(_session: Session, _report: ImportReport) -> None:
    """Nobody writes the switch down."""


def check(
    paths: Sequence[Path], *, progress: Progress = no_progress, stop: Stop = never
) -> tuple[ImportReport, ...]:
    """What an import of these files and folders would change; writes nothing. One report for each turn of files.

    Each turn is compared with what is stored now: the changes of a later one hold those of the turns before it. What an
    import would ask for is in the reports (``shrunk``). Raises ImportRefused with everything else that it would be refused for.
    """
    run = Run(SYSTEM, Meter(progress, stop), confirm=None)
    return tuple(run.take_in(turn) for turn in rounds(gather(paths, run.layouts)))


def import_files(
    paths: Sequence[Path],
    *,
    actor: Actor = SYSTEM,
    allow_shrink: bool = False,
    confirm: Confirm = _agreed,
    progress: Progress = no_progress,
    stop: Stop = never,
    note: Note = _unnoted,
) -> tuple[ImportReport, ...]:
    """Check the files, compare them with what is stored, and switch to them: one transaction for each turn of files.

    ``confirm`` sees what would change and may decline. Raises ImportRefused (faults, an 01c that is in doubt whatever
    ``allow_shrink`` says; the refusal is recorded), ShrunkFeeds (unless ``allow_shrink``), ImportInterrupted (declined or
    stopped), Conflict (another import was faster); in each case the register is as it was before that turn.
    """
    started = utc_now()
    run = Run(actor, Meter(progress, stop), confirm, note)
    allowed = set(run.layouts) if allow_shrink else set()
    try:
        return tuple(run.take_in(turn, allowed) for turn in rounds(gather(paths, run.layouts)))
    except (ImportRefused, ShrunkFeeds) as refusal:
        record_refusal(refusal, started, actor)
        raise


def record_refusal(refusal: KakanaiError, started: datetime, actor: Actor) -> None:
    """Record an import, or a part of one, that was refused."""
    with transaction() as session:
        feeds.record_refusal(session, started, utc_now(), actor.staff_id, refusal.message[:_MESSAGE_LIMIT])
        audit.record("feed.refused", actor=actor, detail={"reason": type(refusal).__name__})


class Run:
    """One import: the steps that each turn of files goes through. Without ``confirm`` it only checks."""

    def __init__(
        self, actor: Actor, meter: Meter, confirm: Confirm | None = _agreed, note: Note = _unnoted
    ) -> None:
        self.settings: Settings = current_app.config["KAKANAI"]
        self.layouts: Versions = load_versions()
        self.columns = withheld_columns(self.layouts)
        self.actor = actor
        self.meter = meter
        self.confirm = confirm
        self.note = note
        self.checked: dict[str, Accepted] = {}

    def take_in(self, turn: Sequence[Feed], allowed: Collection[str] = ()) -> ImportReport:
        """Prepare a turn of files and, unless this run only checks, switch to it.

        ``allowed`` are the data sets that may shrink. Raises what `import_files` raises.
        """
        started = utc_now()
        with workbench(db.engine) as connection:
            opened = self._open(connection, turn)
            if self.confirm is None:
                report = report_of(self._prepare(connection, opened, allowed))
                # An import would have taken them in before it came to the next turn.
                self.checked |= {f.data_set: Accepted(f.as_of, f.file.manifest.rows) for f in opened.fresh}
                return report
            straight = feed_first.is_possible(connection)
            connection.commit()
            if straight:
                report = self._fill(connection, opened, started)
            else:
                report = self._staged(connection, opened, allowed)
                self._switch(connection, opened, report, started)
        own = {feed.file.path.parent for feed in turn if feed.data_set in fonts.DATA_SETS}
        if own:
            fonts.receive(sorted(own))
        return replace(report, applied=True)

    def _staged(self, connection: Connection, opened: Opened, allowed: Collection[str]) -> ImportReport:
        """All that is done before the switch, each step in transactions of its own."""
        rows = sum(feed.file.manifest.rows for feed in opened.fresh if feed.data_set in PERSON_SETS)
        with Makers() as makers:
            makers.start(person_workers.how_many(rows))
            report = self._confirmed(self._prepare(connection, opened, allowed))
            self._build_persons(connection, opened, makers)
        return report

    def _confirmed(self, prepared: Prepared) -> ImportReport:
        report = report_of(prepared)
        if self.confirm is not None and not self.confirm(report):
            raise ImportInterrupted("取込を取りやめました。登録されているデータは変わっていません。")
        return report

    def _open(self, connection: Connection, turn: Sequence[Feed]) -> Opened:
        base = feeds.current_serial(connection)
        accepted = feeds.list_accepted(connection) | self.checked
        known = frozenset(
            feed.data_set
            for feed in turn
            if feeds.is_known(connection, feed.data_set, feed.file.manifest.sha256, feed.is_full, feed.as_of)
        )
        forms = load_forms(connection)
        connection.commit()
        fresh = [feed for feed in turn if feed.data_set not in known]
        _refuse(
            feed_gates.other_city(turn, feeds.find_city_code(connection))
            + feed_gates.older(fresh, accepted)
            + feed_gates.future(fresh, utc_now())
            + feed_gates.missing_measures(turn, fresh, accepted, self.columns)
        )
        plan = self._plan(connection, forms, fresh)
        return Opened(turn, known, forms, plan, base, accepted)

    def _ground(self, opened: Opened) -> StagingGround:
        return StagingGround(opened.forms, opened.plan.protected, self.settings.keys, self.columns)

    def _prepare(self, connection: Connection, opened: Opened, allowed: Collection[str]) -> Prepared:
        fresh = opened.fresh
        rejects = feed_staging.stage_rows(connection, fresh, self._ground(opened), self.meter)
        _refuse_faulty(fresh, rejects)
        # A rejected row has no key to be missed by: with rejects nothing of the data set counts as gone.
        full = [feed.data_set for feed in fresh if feed.is_full]
        whole = {data_set for data_set in full if not rejects[data_set].lines}
        staged = [feed.data_set for feed in fresh]
        stored = feed_difference.count_stored(connection, full)
        self.meter.at("前回との比較", 0, 1)
        differences = feed_difference.compare(connection, staged, whole, set(full) - whole)
        shrunk = (
            feed_gates.shrunken(fresh, stored, differences, self.settings, opened.known)
            + feed_gates.altered(fresh, stored, differences, self.settings, opened.plan.worse)
            + feed_gates.lost_columns(connection, opened.forms, fresh, opened.plan.worse)
        )
        connection.commit()
        # Nobody may say alone that a doubtful file of the protected is right, whatever ``allowed`` holds.
        _refuse([fault for fault in shrunk if fault.data_set == MEASURES])
        shrunk = [fault for fault in shrunk if fault.data_set not in allowed]
        asked = {fault.data_set for fault in shrunk}
        if self.confirm is not None and not asked:
            return Prepared(opened, rejects, differences, stored)
        # Somebody is to judge what would change: he gets the rows there are of every file, and examples.
        told = asked if self.confirm is not None else set(staged)
        stored |= feed_difference.count_stored(connection, told - stored.keys())
        examples = _examples(connection, opened, told)
        if self.confirm is not None:
            raise ShrunkFeeds(shrunk, stored, differences, examples)
        return Prepared(opened, rejects, differences, stored, shrunk, examples)

    def _plan(self, connection: Connection, forms: Forms, fresh: Sequence[Feed]) -> Plan:
        """Who is protected, decided before the first address is staged."""
        by_set = {feed.data_set: feed for feed in fresh}
        measures: list[Measure] | None = None
        whole, worse = False, frozenset[str]()
        if MEASURES in by_set:
            feed = by_set[MEASURES]
            measures, rejects = feed_staging.read_measures(feed)
            _refuse_faulty([feed], {MEASURES: rejects})
            whole = feed.is_full
            if not whole:
                replaced = {(measure.number, measure.history) for measure in measures}
                stored = protection.list_stored_measures(connection, forms, {m.number for m in measures})
                measures += [m for m in stored if (m.number, m.history) not in replaced]
            loss = protection.weigh(connection, forms, measures, whole)
            named = protection.has_measures(connection)
            _refuse(feed_gates.lost_measures(feed, measures, loss, named, self.settings))
            worse = loss.worse
        if RESIDENTS in by_set:
            feed_staging.stage_households(connection, by_set[RESIDENTS], self.meter)
        if MERGING in by_set:
            feed_staging.stage_merged(connection, by_set[MERGING], self.meter)
        plan = replace(protection.make_plan(connection, measures, whole), worse=worse)
        connection.commit()
        return plan

    def _build_persons(
        self,
        connection: Connection,
        opened: Opened,
        makers: Makers,
        filled: feed_persons.Filled | None = None,
    ) -> int:
        rules = feeds.current_rules(connection)
        everyone = rules is not None and (rules != projection.RULES or gaiji.codes_change(connection))
        pause(connection)
        return feed_persons.build(
            connection,
            opened.forms,
            self.settings.keys.identity,
            opened.plan.protected,
            [item.number for item in opened.plan.added],
            everyone=everyone,
            progress=lambda done, total: self.meter.at("検索の準備", done, total),
            makers=makers,
            filled=filled,
        )

    def _switch(
        self, connection: Connection, opened: Opened, report: ImportReport, started: datetime
    ) -> None:
        self.meter.at("切替", 0, 1)
        ground = feed_switch.Ground(opened.forms, self.settings.keys.vault, self.columns)
        feed_switch.prepare_cache(connection, report.changes)
        now = utc_now()
        with transaction(connection) as session:
            feed_switch.claim(connection, opened.base, opened.plan)
            row = feeds.start_import(session, started, now, self.actor.staff_id, projection.RULES)
            keys = feed_switch.switch(connection, ground, opened.plan, row.serial, now)
            self._note(session, row, opened, report)
        feed_switch.settle(connection, keys)
        self.meter.at("切替", 1, 1)

    def _fill(self, connection: Connection, opened: Opened, started: datetime) -> ImportReport:
        """The first import: one transaction from the first row to the last, without anything in between."""
        with transaction(connection) as session:
            feed_switch.claim(connection, opened.base, opened.plan)
            row = feeds.start_import(session, started, utc_now(), self.actor.staff_id, projection.RULES)
            feed_first.clear(connection)
            rejects, added = feed_staging.fill(
                connection, opened.fresh, self._ground(opened), self.meter, row.serial
            )
            _refuse_faulty(opened.fresh, rejects)
            report = self._confirmed(Prepared(opened, rejects, added, {}))
            opened.forms.store(connection)
            filled = feed_persons.Filled(
                sum(added[name].added for name in PERSON_SETS if name in added),
                partial(feed_first.index_rows, connection),
                feed_first.follow(connection, opened.forms),
            )
            with Makers() as makers:
                persons = self._build_persons(connection, opened, makers, filled)
            self.meter.at("切替", 0, 1)
            row.finished_at = utc_now()
            protection.apply_plan(connection, opened.plan, row.finished_at)
            feed_first.index_persons(connection, persons)
            self._note(session, row, opened, report)
        self.meter.at("切替", 1, 1)
        return report

    def _note(self, session: Session, row: FeedImportRow, opened: Opened, report: ImportReport) -> None:
        feeds.record_files(session, row.serial, records_of(report, opened))
        self._audit(row.id, opened.plan, report)
        self.note(session, report)

    def _audit(self, import_id: str, plan: Plan, report: ImportReport) -> None:
        detail = {
            "import": import_id,
            "files": len(report.files),
            "changes": report.changes,
            "rejected": sum(file.rejected for file in report.files),
        }
        audit.record("feed.imported", actor=self.actor, detail=detail)
        if plan.added:
            numbers = [item.number for item in plan.added]
            audit.record("protection.added", actor=self.actor, persons=numbers, detail={"import": import_id})


def _examples(
    connection: Connection, opened: Opened, data_sets: Collection[str]
) -> dict[str, tuple[Example, ...]]:
    """Examples of what the compared files of these data sets would change."""
    examples = {}
    for feed in opened.fresh:
        layout = feed.file.layout
        if layout.id in data_sets:
            names = {column.id: column.name for column in layout.columns}
            terms = feed_examples.Terms(layout.id, names, layout.person, layout.key, layout.has_history)
            examples[layout.id] = feed_examples.take(connection, opened.forms, terms, opened.plan.protected)
            connection.commit()
    return examples


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise ImportRefused(faults)


def _refuse_faulty(feeds: Sequence[Feed], rejects: Mapping[str, Rejects]) -> None:
    faults = feed_gates.faulty(feeds, rejects)
    bad = {fault.data_set for fault in faults}
    if faults:
        raise ImportRefused(
            faults, {feed.name: rejects[feed.data_set].kept() for feed in feeds if feed.data_set in bad}
        )
