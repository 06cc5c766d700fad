"""The special households of the invented city: every trap of the procedure list, and everything a lesson needs to show.

Each is recorded in ``City.special`` with a label, what it shows and whose numbers belong to it.
"""

from __future__ import annotations

from app.demo.city.foreigners import Foreigners
from app.demo.city.registry import Registry
from app.demo.city.special.families import add_families
from app.demo.city.special.names_and_dates import add_names_and_dates
from app.demo.city.special.pending import add_pending
from app.demo.city.special.protected import add_protected
from app.demo.city.special.rare_names import add_rare_names
from app.demo.city.special.registers import add_registers
from app.demo.city.special.stage import Stage

_RESIDENTS_PER_PROTECTED, _RESIDENTS_PER_NOTICE = 3_000, 1_500


def add_special_households(registry: Registry, foreigners: Foreigners, population: int) -> None:
    """Put them all on the register; larger cities get more protected persons and more announced move-ins."""
    stage = Stage(registry, foreigners)
    add_families(stage)
    add_registers(stage)
    add_names_and_dates(stage)
    add_protected(stage, extra=population // _RESIDENTS_PER_PROTECTED - 1)
    add_pending(stage, extra=population // _RESIDENTS_PER_NOTICE)
    add_rare_names(stage)
