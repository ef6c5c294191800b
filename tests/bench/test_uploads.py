"""A file on its way into the register, against the bare COPY of its rows and a bare reader."""

import csv
import io
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, transaction
from python_calamine import CalamineWorkbook

from apps.exchange.models import ImportBatch
from apps.exchange.parse import read_rows
from apps.jobs.models import Job
from tests.bench.conftest import LARGE
from tests.bench.measuring import Figure, in_turns, milliseconds, timed
from tests.conftest import BAC_NINH
from tests.exchange import workbooks
from tests.exchange.enterprise_files import rows, workbook
from tests.soak.uploads import IMPORTS, unknown_codes, upload, wait_for_state
from tests.soak.visitor import Visitor
from tests.tasks.task_files import task_file

ROWS, MANY_ROWS, TIMES = 5_000, 100_000, 3
TASKS_GOAL = 2.0  # a task has more than twice the columns, and its steps and milestones beside it


def lines(count: int = ROWS, codes: Iterator[str] | None = None) -> list[list]:
    """`codes`: from which several files take theirs, each its own."""
    codes = codes or unknown_codes("95")
    return [[next(codes), *row[1:]] for row in rows(count)]


def copied(content: list[list]) -> float:
    """The rows as they are into a table of text columns, committed; taken away afterwards, unmeasured."""
    text = io.StringIO()
    csv.writer(text).writerows(content)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE copied ({', '.join(f'c{number} text' for number in range(len(content[0])))})")
        text.seek(0)
        started = time.perf_counter()
        with transaction.atomic():
            cursor.copy_expert("COPY copied FROM STDIN WITH (FORMAT csv)", text)
        taken = time.perf_counter() - started
        cursor.execute("DROP TABLE copied")
    return taken


def seconds_of(kind: str, batch: int) -> float:
    job = Job.objects.get(kind=kind, payload={"batch_id": batch})
    return (job.finished_at - job.started_at).total_seconds()


def imported(visitor: Visitor, unit: str, page: str, files: list[bytes]) -> tuple[float, float]:
    """Seconds of check and of writing, the median of the files."""
    checks, writings = [], []
    for number, content in enumerate(files):
        batch = upload(visitor, unit, f"bench-{number}.xlsx", content, page)
        wait_for_state(batch, ImportBatch.State.CHECKED)
        checks.append(seconds_of("exchange.check", batch))
        visitor.post(f"{page}{batch}/confirm/")
        wait_for_state(batch, ImportBatch.State.WRITTEN)
        assert ImportBatch.objects.get(pk=batch).written_rows == ROWS
        writings.append(seconds_of("exchange.write", batch))
    return sorted(checks)[len(files) // 2], sorted(writings)[len(files) // 2]


def test_import_of_5000_tasks(portal, base, take):
    """A list with states and decisions, a row of the file against a row of enterprises."""
    keeper = Visitor(portal.url).sign_in(portal.account("register_keeper", BAC_NINH))
    editor = Visitor(portal.url).sign_in(portal.account("unit_editor", "BCT"))
    with base(LARGE):
        files = [task_file(f"BENCH{number}", ROWS) for number in range(TIMES)]
        ours = imported(editor, "BCT", "/registers/tasks/imports/", files)
        codes = unknown_codes("95")
        theirs = imported(keeper, BAC_NINH, IMPORTS, [workbook(lines(codes=codes)) for _ in range(TIMES)])
    said = [f"{check:.2f} + {write:.2f} s" for check, write in (ours, theirs)]
    ratio = sum(ours) / sum(theirs)
    take(Figure(f"import of {ROWS:,} tasks: check + write", said[0], f"enterprises {said[1]}", ratio, goal=TASKS_GOAL))


def test_import_of_5000_rows(portal, base, take):
    visitor = Visitor(portal.url).sign_in(portal.account("register_keeper", BAC_NINH))
    with base(LARGE):
        codes = unknown_codes("95")
        files = [workbook(content := lines(codes=codes)) for _ in range(TIMES)]
        check, write = imported(visitor, BAC_NINH, IMPORTS, files)
        [floor] = in_turns(lambda: copied(content), times=5)
    take(
        Figure(
            f"import of {ROWS:,} rows: check + write",
            f"{check:.2f} + {write:.2f} s",
            f"bare COPY {milliseconds(floor)}",
            (check + write) / floor,
        )
    )


def test_import_of_100000_rows(portal, base, take, tmp_path):
    """Against what no import can do without: a reader that trusts the file, and the rows into a table."""
    visitor = Visitor(portal.url).sign_in(portal.account("register_keeper", BAC_NINH))
    with base(LARGE):
        content = lines(MANY_ROWS)
        path = tmp_path / "many.xlsx"
        path.write_bytes(workbook(content))
        batch = upload(visitor, BAC_NINH, "bench-many.xlsx", path.read_bytes())
        wait_for_state(batch, ImportBatch.State.CHECKED, seconds=900)
        visitor.post(f"/registers/enterprises/imports/{batch}/confirm/")
        wait_for_state(batch, ImportBatch.State.WRITTEN, seconds=900)
        assert ImportBatch.objects.get(pk=batch).written_rows == MANY_ROWS
        check, write = (seconds_of(f"exchange.{step}", batch) for step in ("check", "write"))
        read, copy = in_turns(timed(lambda: calamine(path)), lambda: copied(content), times=3)
    take(
        Figure(
            f"import of {MANY_ROWS:,} rows: check + write",
            f"{check:.1f} + {write:.1f} s",
            f"calamine {read:.2f} s + COPY {copy:.2f} s",
            (check + write) / (read + copy),
        )
    )


def test_parse_of_100000_rows(tmp_path, take):
    path = tmp_path / "long.xlsx"
    path.write_bytes(workbooks.long_register(MANY_ROWS))

    def ours() -> None:
        with read_rows(path) as table:
            assert sum(1 for _row in table) >= MANY_ROWS

    mine, bare = in_turns(timed(ours), timed(lambda: calamine(path)), times=3)
    take(
        Figure(
            f"gate and parse in the child, {MANY_ROWS:,} rows × 10 cells",
            f"{mine:.2f} s",
            f"bare calamine {bare:.2f} s",
            mine / bare,
        )
    )


def calamine(path: Path) -> None:
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    assert sum(1 for _row in sheet.iter_rows()) >= MANY_ROWS
