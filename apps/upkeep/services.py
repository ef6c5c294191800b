"""Rows for whoever takes, archives and tries backups: they have no person, and one of a kind at a time."""

from typing import Any

from django.db import transaction

from apps.core import clock
from apps.upkeep.models import Run


def expect(kind: str) -> None:
    """From now on one of this kind is awaited: where it never comes people are told."""
    if not Run.objects.filter(kind=kind).exists():
        Run.objects.create(kind=kind, started_at=clock.machine_now(), outcome=Run.Outcome.AWAITED)


@transaction.atomic
def begin(kind: str) -> Run:
    """The one that was awaited, if it is the first. Of what ran before and says nothing any more it is said that it
    broke off.
    """
    now = clock.machine_now()
    left = Run.objects.filter(kind=kind, outcome=Run.Outcome.RUNNING)
    left.update(outcome=Run.Outcome.BAD, finished_at=now, trouble="Dừng giữa chừng.")
    run = Run.objects.filter(kind=kind, outcome=Run.Outcome.AWAITED).first() or Run(kind=kind)
    run.started_at, run.outcome = now, Run.Outcome.RUNNING
    run.save()
    return run


def end(run: Run, *, name: str = "", trouble: str = "", facts: dict[str, Any] | None = None) -> None:
    run.name, run.trouble, run.facts = name, trouble, facts or {}
    run.outcome = Run.Outcome.BAD if trouble else Run.Outcome.GOOD
    run.finished_at = clock.machine_now()
    run.save()


@transaction.atomic
def note_archive(segment: str) -> None:
    """One row that is written over: the log is archived each minute."""
    now = clock.machine_now()
    row = Run.objects.select_for_update().filter(kind=Run.Kind.ARCHIVE).first()
    row = row or Run(kind=Run.Kind.ARCHIVE, started_at=now)
    row.outcome, row.finished_at, row.name = Run.Outcome.GOOD, now, segment or row.name
    row.save()
