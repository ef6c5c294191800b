"""The audit is whole; the way of every task and report leads to where it stands; every step had its say once."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.db.models import Count, Q

from apps.audit.models import AuditEvent
from apps.audit.verifying import check_chain
from apps.jobs.models import Job
from apps.reports.models import AnnualReport, ReportStep
from apps.tasks.models import PlanTask, TaskStep
from tests.soak.reports import Record
from tests.soak.storm.holds import cheap, hold
from tests.soak.storm.storm import Storm


@hold
def the_audit_is_whole(storm: Storm) -> Iterator[str]:
    for found in check_chain():
        yield f"{found.day}: {found.words} ({found.first_id}, {found.last_id})"


@hold
def every_task_stands_where_its_steps_lead(storm: Storm) -> Iterator[str]:
    yield from _led_astray(storm, PlanTask, TaskStep, "task")


@hold
def every_report_stands_where_its_steps_lead(storm: Storm) -> Iterator[str]:
    yield from _led_astray(storm, AnnualReport, ReportStep, "report")


def _led_astray(storm: Storm, model: Any, steps: Any, owner: str) -> Iterator[str]:
    """Chained from the first to the state, with versions that only grow; each by a move of the table, but those of the
    demonstration, which takes short cuts.
    """
    newest = steps.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    loaded = storm.memory.setdefault(f"loaded {owner}", newest)
    known = {(move.verb, source, move.target or source) for move in model.MOVES for source in move.sources or ("",)}
    ways: dict[int, list[Any]] = {}
    for step in steps.objects.order_by(owner, "pk").values("pk", f"{owner}_id", "verb", "source", "target", "version"):
        ways.setdefault(step[f"{owner}_id"], []).append(step)
    rows = model._base_manager.order_by("pk").values("pk", "state", "version")
    for row in rows:
        way = ways.get(row["pk"], [])
        where = f"{owner} {row['pk']}"
        if way and way[-1]["target"] != row["state"]:
            yield f"{where} is {row['state']}, its steps lead to {way[-1]['target']}"
        for one, two in pairwise(way):
            if one["target"] != two["source"] or one["version"] > two["version"]:
                yield f"{where}: {two['verb']} from {two['source']} after {one['verb']} to {one['target']}"
        for step in way:
            if step["pk"] > loaded and (step["verb"], step["source"], step["target"]) not in known:
                yield f"{where}: no move {step['verb']} from {step['source']} to {step['target']}"
        if way and way[-1]["version"] > row["version"]:
            yield f"{where}: version {row['version']} after a step with {way[-1]['version']}"


@hold
def every_report_has_its_papers(storm: Storm) -> Iterator[str]:
    """Of those that moved in the storm: what was signed is kept as it was, and the accepted numbers count."""
    loaded = storm.memory["loaded report"]
    moved = AnnualReport.objects.filter(steps__pk__gt=loaded).exclude(state="locked").distinct().order_by("pk")
    for report in moved:
        told = [words for words in Record.of(report).faults() if not words.startswith("steps")]
        yield from (f"report {report.pk}: {words}" for words in told)


TELLS = {TaskStep: ("tasks.tell_moved", Q(verb="create")), ReportStep: ("reports.tell_moved", Q(verb="list"))}


@cheap
def every_step_is_told_once(storm: Storm) -> Iterator[str]:
    """One job for each move, and one row of the audit."""
    for model, (kind, silent) in TELLS.items():
        last = storm.memory.get(kind)
        newest = model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        storm.memory[kind] = newest
        if last is None:
            continue
        for pk in model.objects.filter(pk__gt=last).exclude(silent).values_list("pk", flat=True):
            jobs = Job.objects.filter(kind=kind, payload={"step_id": pk}).count()
            if jobs != 1:
                yield f"{kind} of step {pk}: {jobs} jobs"


MOVED = {move.audit for table in (PlanTask.MOVES, AnnualReport.MOVES) for move in table if move.audit}


@cheap
def every_step_is_in_the_audit_once(storm: Storm) -> Iterator[str]:
    asked = AuditEvent.objects.filter(action__in=MOVED)
    steps = TaskStep.objects.count() + ReportStep.objects.exclude(verb="list").count()
    events = asked.aggregate(n=Count("pk"))["n"]
    before = storm.memory.get("steps and events")
    storm.memory["steps and events"] = (steps, events)
    if before and steps - before[0] != events - before[1]:
        yield f"{steps - before[0]} steps, {events - before[1]} rows of the audit"
