"""Taking in the core system's files (データ連携): checked, staged, compared, and switched in as a whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.config import Settings
from app.data import audit, feed_difference, feed_persons, feed_switch, feeds, gaiji, projection, protection
from app.data.feed_difference import Difference
from app.data.feeds import Accepted, FileRecord, Reject
from app.data.forms import Forms
from app.data.forms import load as load_forms
from app.data.models.base import utc_now
from app.data.protection import Measure, Plan
from app.data.staging import workbench
from app.data.transactions import transaction
from app.domain.authority import SYSTEM, Actor
from app.domain.errors import KakanaiError
from app.extensions import db
from app.intake.layouts import Versions, load_versions
from app.operations import feed_gates, feed_staging, fonts
from app.operations.feed_files import (
    MEASURES,
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


@dataclass(frozen=True)
class FileReport:
    """What one file holds and changes; ``before`` are the rows its data set had, counted for full files only.

    ``known``: these very bytes had been taken in before and were not read again.
    """

    data_set: str
    title: str
    name: str
    kind: str
    as_of: datetime
    rows: int
    rejected: int
    rejects: tuple[Reject, ...]
    difference: Difference
    known: bool = False
    before: int = 0


@dataclass(frozen=True)
class ImportReport:
    """What an import changes, file by file; and how many persons become protected or await the end of it (解除待ち)."""

    files: tuple[FileReport, ...]
    protected: int
    protection_added: int
    protection_pending: int
    protection_resumed: int
    applied: bool = False

    @property
    def changes(self) -> int:
        """Rows that are added, changed or gone."""
        return sum(f.difference.added + f.difference.changed + f.difference.gone for f in self.files)


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

    Raises ImportRefused with everything that an import would be refused for.
    """
    run = Run(SYSTEM, Meter(progress, stop), confirm=None)
    return tuple(run.take_in(turn, set(run.layouts)) for turn in rounds(gather(paths, run.layouts)))


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

    ``confirm`` sees what would change and may decline. Raises ImportRefused (faults; the refusal is recorded),
    ShrunkFeeds (unless ``allow_shrink``), ImportInterrupted (declined or stopped), Conflict (another import was faster);
    in each case the register is as it was before that turn.
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


@dataclass
class _Prepared:
    """Everything that is known before the switch."""

    feeds: list[Feed]
    known: frozenset[str]
    forms: Forms
    plan: Plan
    rejects: dict[str, Rejects]
    differences: dict[str, Difference]
    base: int
    accepted: Mapping[str, Accepted]
    stored: Mapping[str, int]


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

    def take_in(self, turn: Sequence[Feed], allowed: Collection[str] = ()) -> ImportReport:
        """Prepare a turn of files and, unless this run only checks, switch to it.

        ``allowed`` are the data sets that may shrink. Raises what `import_files` raises.
        """
        started = utc_now()
        with workbench(db.engine) as connection:
            prepared = self._prepare(connection, turn, allowed)
            report = self._report(prepared)
            if self.confirm is None:
                return report
            if not self.confirm(report):
                raise ImportInterrupted("取込を取りやめました。登録されているデータは変わっていません。")
            self._build_persons(connection, prepared)
            self._switch(connection, prepared, report, started)
        own = {feed.file.path.parent for feed in turn if feed.data_set in fonts.DATA_SETS}
        if own:
            fonts.receive(sorted(own))
        return replace(report, applied=True)

    def _prepare(self, connection: Connection, turn: Sequence[Feed], allowed: Collection[str]) -> _Prepared:
        base = feeds.current_serial(connection)
        accepted = feeds.list_accepted(connection)
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
            + feed_gates.missing_measures(turn)
        )
        plan = self._plan(connection, forms, fresh)
        rejects = feed_staging.stage_rows(
            connection,
            fresh,
            StagingGround(forms, plan.protected, self.settings.keys, self.columns),
            self.meter,
        )
        _refuse(feed_gates.faulty(fresh, rejects))
        # A rejected row has no key to be missed by: with rejects nothing of the data set counts as gone.
        whole = {feed.data_set for feed in fresh if feed.is_full and not rejects[feed.data_set].lines}
        staged = [feed.data_set for feed in fresh]
        stored = feed_difference.count_stored(connection, [feed.data_set for feed in fresh if feed.is_full])
        self.meter.at("前回との比較", 0, 1)
        differences = feed_difference.compare(connection, staged, whole)
        shrunk = (
            feed_gates.shrunken(fresh, stored, differences, self.settings, known)
            + feed_gates.altered(fresh, stored, differences, self.settings)
            + feed_gates.lost_columns(connection, forms, fresh)
        )
        connection.commit()
        shrunk = [fault for fault in shrunk if fault.data_set not in allowed]
        if shrunk:
            stored |= feed_difference.count_stored(
                connection, {fault.data_set for fault in shrunk} - stored.keys()
            )
            raise ShrunkFeeds(shrunk, stored, differences)
        return _Prepared(list(turn), known, forms, plan, rejects, differences, base, accepted, stored)

    def _plan(self, connection: Connection, forms: Forms, fresh: Sequence[Feed]) -> Plan:
        """Who is protected, decided before the first address is staged."""
        by_set = {feed.data_set: feed for feed in fresh}
        measures: list[Measure] | None = None
        whole = False
        if MEASURES in by_set:
            feed = by_set[MEASURES]
            measures, rejects = feed_staging.read_measures(feed)
            _refuse(feed_gates.faulty([feed], {MEASURES: rejects}))
            before = protection.count_measured(connection)
            _refuse(feed_gates.shrunken_measures(feed, measures, before, self.settings))
            whole = feed.is_full
            if not whole:
                replaced = {(measure.number, measure.history) for measure in measures}
                stored = protection.list_stored_measures(connection, forms, {m.number for m in measures})
                measures += [m for m in stored if (m.number, m.history) not in replaced]
        if RESIDENTS in by_set:
            feed_staging.stage_households(connection, by_set[RESIDENTS], self.meter)
        plan = protection.make_plan(connection, measures, whole)
        connection.commit()
        return plan

    def _build_persons(self, connection: Connection, prepared: _Prepared) -> None:
        rules = feeds.current_rules(connection)
        everyone = rules is not None and (rules != projection.RULES or gaiji.codes_change(connection))
        connection.commit()
        feed_persons.build(
            connection,
            prepared.forms,
            self.settings.keys.identity,
            prepared.plan.protected,
            [item.number for item in prepared.plan.added],
            everyone=everyone,
            progress=lambda done, total: self.meter.at("検索の準備", done, total),
        )

    def _switch(
        self, connection: Connection, prepared: _Prepared, report: ImportReport, started: datetime
    ) -> None:
        self.meter.at("切替", 0, 1)
        ground = feed_switch.Ground(prepared.forms, self.settings.keys.vault, self.columns)
        feed_switch.prepare_cache(connection, report.changes)
        now = utc_now()
        with transaction(connection) as session:
            feed_switch.claim(connection, prepared.base, prepared.plan.protected)
            row = feeds.start_import(session, started, now, self.actor.staff_id, projection.RULES)
            keys = feed_switch.switch(connection, ground, prepared.plan, row.serial, now)
            feeds.record_files(session, row.serial, _records(report, prepared))
            self._audit(row.id, prepared.plan, report)
            self.note(session, report)
        feed_switch.settle(connection, keys)
        self.meter.at("切替", 1, 1)

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

    def _report(self, prepared: _Prepared) -> ImportReport:
        plan = prepared.plan
        return ImportReport(
            files=tuple(_file_report(feed, prepared) for feed in prepared.feeds),
            protected=len(plan.protected),
            protection_added=len(plan.added),
            protection_pending=len(plan.pending),
            protection_resumed=len(plan.resumed),
        )


def _file_report(feed: Feed, prepared: _Prepared) -> FileReport:
    manifest = feed.file.manifest
    known = feed.data_set in prepared.known
    rejects = prepared.rejects.get(feed.data_set, Rejects())
    unread = Difference(unchanged=manifest.rows) if known else Difference()
    return FileReport(
        data_set=feed.data_set,
        title=feed.file.layout.title,
        name=feed.name,
        kind=manifest.kind,
        as_of=feed.as_of,
        rows=manifest.rows,
        rejected=rejects.lines,
        rejects=tuple(rejects.first),
        difference=prepared.differences.get(feed.data_set, unread),
        known=known,
        before=manifest.rows if known else prepared.stored.get(feed.data_set, 0),
    )


def _records(report: ImportReport, prepared: _Prepared) -> list[FileRecord]:
    """What is recorded of the files: of known ones only those that speak of a later time than the last accepted."""
    accepted = prepared.accepted
    digests: Mapping[str, str] = {feed.data_set: feed.file.manifest.sha256 for feed in prepared.feeds}
    return [
        FileRecord(
            data_set=file.data_set,
            name=file.name,
            sha256=digests[file.data_set],
            kind=file.kind,
            as_of=file.as_of,
            rows=file.rows,
            rejected=file.rejected,
            rejects=file.rejects,
            added=file.difference.added,
            changed=file.difference.changed,
            unchanged=file.difference.unchanged,
            gone=file.difference.gone,
        )
        for file in report.files
        if not file.known or file.as_of > accepted[file.data_set].as_of
    ]


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise ImportRefused(faults)
