"""Imports in every state, with their file, their rows and what is to say about them."""

import io
from typing import Any

from django.core.files import File
from django.utils import timezone

from apps.documents.services import store_file
from apps.enterprises.resources import EnterpriseResource
from apps.exchange.models import ImportBatch, RowProblem, StagedRow
from apps.exchange.parse import Cell
from apps.exchange.selectors import suggested
from apps.jobs.models import Job
from tests.exchange import enterprise_files as files
from tests.walk.places import CENTRE, HEIRS
from tests.walk.world.base import World, builder

State = ImportBatch.State
CONFIRMED = {State.WRITING, State.WRITTEN, State.UNDOING, State.UNDONE}
UNDONE = {State.UNDOING, State.UNDONE}
LAYOUT = {
    "columns": [
        {"at": at, "name": f"{at}:x", "text": field.header, "key": field.key, "how": 4, "may_be": [], "sample": ""}
        for at, field in enumerate(EnterpriseResource.fields)
    ]
}
JOBS = {State.CHECKING: Job.State.RUNNING, State.WRITING: Job.State.FAILED}


@builder
def batches(world: World, place: str) -> None:
    if place == CENTRE:
        return
    for state in (
        State.CHECKED,
        State.CHECKING,
        State.WRITING,
        State.WRITTEN,
        State.UNDOING,
        State.REFUSED,
        State.CANCELLED,
        State.UNDONE,
    ):
        make_batch(world, place, state)
    world.values["spreadsheet"] = lambda place: spreadsheet(world, place)
    world.values["suggestion"] = lambda place: suggested(world.get("importbatch", place, State.CHECKED))[0].key


def spreadsheet(world: World, place: str) -> File:
    """A good file of the unit, never sent before."""
    [line] = files.rows(1)
    files.put(line, "Tên doanh nghiệp", world.canary(place, "importbatch", "sent"))
    return File(io.BytesIO(files.workbook([line])), f"{world.canary(place, 'importbatch', 'sent_name')}.xlsx")


def make_batch(world: World, place: str, state: str) -> ImportBatch:
    keeper = world.get("staff", HEIRS.get(place, place), "register_keeper")
    who: dict[str, Any] = {"confirmed_by": keeper, "confirmed_at": timezone.now()} if state in CONFIRMED else {}
    if state in CONFIRMED - {State.WRITING}:
        who["written_at"] = timezone.now()
    if state in UNDONE:
        who |= {"undone_by": keeper, "undone_at": timezone.now()}
    batch = world.make(
        "importbatch", place, ImportBatch, named=state, state=state, register="enterprises", unit_id=place,
        file=store_file(spreadsheet(world, place), by=keeper), uploaded_by=keeper,
        filename=f"{world.canary(place, 'importbatch', 'filename')}.xlsx",
        refusal=world.canary(place, "importbatch", "refusal") if state == State.REFUSED else "",
        undo_reason=world.canary(place, "importbatch", "undo_reason") if state in UNDONE else "",
        written_rows=1 if state == State.WRITTEN else None, layout=LAYOUT if state == State.CHECKED else {}, **who,
    )  # fmt: skip
    batch.job_id = _job(world, place, batch, keeper, JOBS.get(state, Job.State.DONE)).pk
    batch.save(update_fields=["job"])
    world.own(batch.file, place)
    if state not in (State.CHECKING, State.REFUSED):
        _rows(world, place, batch, keeper)
    return batch


def _job(world: World, place: str, batch: ImportBatch, keeper: Any, state: str) -> Job:
    finished = timezone.now() if state in (Job.State.DONE, Job.State.FAILED) else None
    job = Job.objects.create(
        kind="exchange.write" if batch.confirmed_by_id else "exchange.check", queue="import", unit=place,
        payload={"batch_id": batch.pk}, state=state, requested_by=keeper, finished_at=finished,
        started_at=timezone.now(), error=world.canary(place, "importjob", "error"),
    )  # fmt: skip
    world.own(job, place)
    return job


def _rows(world: World, place: str, batch: ImportBatch, keeper: Any) -> None:
    """Row 2 is good, row 3 wrong with a suggestion, row 4 asks to be confirmed, row 5 was left out."""
    resource = EnterpriseResource(batch, keeper.units_with(EnterpriseResource.permission))
    lines = files.rows(4, prefix="25")
    for number, line in enumerate(lines, 2):
        files.put(line, "Tên doanh nghiệp", world.canary(place, "importbatch", f"row{number}"))
        files.put(line, "Ghi chú", world.canary(place, "importbatch", f"note{number}"))
    files.put(lines[1], "Giai đoạn", "Đang áp dung")
    files.put(lines[2], "Mã số thuế", files.wrong_check_digit(lines[2][0]))
    kept_out = StagedRow.State.ERROR, StagedRow.State.ERROR, StagedRow.State.SKIPPED
    states = dict(zip((2, 3, 4, 5), (StagedRow.State.NEW, *kept_out), strict=True))
    for number, line in enumerate(lines, 2):
        # Rows of an older file, without the last, optional column.
        raw = {field.key: _raw(value) for field, value in zip(resource.fields, line, strict=False)}
        clean, problems = resource.clean_row({key: Cell(*cell) if cell else None for key, cell in raw.items()})
        row = StagedRow.objects.create(batch=batch, number=number, raw=raw, clean=clean, state=states[number])
        world.own(row, place)
        for problem in problems:
            shown = vars(problem) | {"value": world.canary(place, "importbatch", "value")}
            world.own(RowProblem.objects.create(batch=batch, number=number, **shown), place)


def _raw(value: Any) -> list[str] | None:
    if value in (None, ""):
        return None
    return ["d", value.isoformat()] if hasattr(value, "isoformat") else ["s", str(value)]
