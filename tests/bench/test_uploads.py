"""A file on its way into the register, against the bare COPY of its rows and a bare reader."""

import csv
import io
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.db import connection, transaction
from python_calamine import CalamineWorkbook

from apps.accounts.models import User
from apps.exchange.models import ImportBatch, StagedRow
from apps.exchange.parse import CHILD, read_rows
from apps.jobs.models import Job
from apps.labs.models import Laboratory
from apps.labs.models.reference import field_names
from apps.labs.models.scope import Activity
from apps.labs.registers.bodies import SCOPE
from tests.bench.conftest import LARGE
from tests.bench.measuring import Figure, in_turns, milliseconds, timed
from tests.conftest import BAC_NINH
from tests.exchange import workbooks
from tests.exchange.enterprise_files import HEADER, rows, workbook
from tests.soak.uploads import IMPORTS, unknown_codes, upload, wait_for_state
from tests.soak.visitor import Visitor
from tests.tasks.task_files import task_file

ROWS, MANY_ROWS, SCOPE_ROWS, TIMES = 5_000, 100_000, 40_000, 3
WHOLE_GOAL, AGAIN_GOAL, MEMORY_GOAL = 6.0, 0.5, 250
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


# What no import of enterprises can do without, whoever writes it: the rows with their keys, indexes, folded names and
# places, from a table that has them ready. Nothing is read, understood, compared, kept for undoing or audited.
BARE_ROWS = """
    INSERT INTO enterprises_enterprise (tax_code, tax_code_reason, name, ownership, industry_code, unit_id, address,
                                        located_on, note, created_at, updated_at)
    SELECT c0, '', c1, 'private', '', %(unit)s, c3, %(day)s, '', now(), now() FROM ready;
    INSERT INTO enterprises_assuranceprogramme (enterprise_id, form, created_at, updated_at)
    SELECT n.id, 'written', now(), now() FROM ready JOIN enterprises_enterprise n ON n.tax_code = c0;
    INSERT INTO enterprises_programmeevent (programme_id, stage, occurred_on, unit_id, note, reported_by_id,
                                            entered_by_id, withdrawn_reason, created_at, updated_at)
    SELECT p.id, 'applied', %(day)s, %(unit)s, '', %(unit)s, %(by)s, '', now(), now()
    FROM ready JOIN enterprises_enterprise n ON n.tax_code = c0
    JOIN enterprises_assuranceprogramme p ON p.enterprise_id = n.id;
    SET CONSTRAINTS ALL IMMEDIATE
"""


def bare_rows(content: list[list]) -> float:
    """Seconds of these statements, all taken back."""
    text = io.StringIO()
    csv.writer(text).writerows(content)
    values = {"unit": BAC_NINH, "day": date(2025, 1, 1), "by": User.objects.values_list("pk", flat=True)[0]}
    with transaction.atomic(), connection.cursor() as cursor:
        columns = ", ".join(f"c{number} text" for number in range(len(content[0])))
        cursor.execute(f"CREATE TEMPORARY TABLE ready ({columns}) ON COMMIT DROP")
        text.seek(0)
        cursor.copy_expert("COPY ready FROM STDIN WITH (FORMAT csv)", text)
        cursor.execute("ANALYZE ready")
        started = time.perf_counter()
        cursor.execute(BARE_ROWS, values)
        taken = time.perf_counter() - started
        transaction.set_rollback(True)
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


def sent(visitor: Visitor, path: Path, page: str = IMPORTS) -> tuple[int, float]:
    """The batch of the file once it is checked, and the seconds of the check."""
    batch = upload(visitor, BAC_NINH, path.name, path.read_bytes(), page)
    wait_for_state(batch, ImportBatch.State.CHECKED, seconds=900)
    return batch, seconds_of("exchange.check", batch)


def written(visitor: Visitor, batch: int, page: str = IMPORTS) -> float:
    visitor.post(f"{page}{batch}/confirm/")
    wait_for_state(batch, ImportBatch.State.WRITTEN, seconds=900)
    return seconds_of("exchange.write", batch)


def way_of(visitor: Visitor, folder: Path, content: list[list], header: tuple, page: str, name: str) -> list[Figure]:
    """A large file on its way in, against what no import can do without: a reader that trusts the file, and the rows
    into a table. Then the same rows once more, in another file.
    """
    path, again = folder / "many.xlsx", folder / "again.xlsx"
    path.write_bytes(workbook(content, header))
    again.write_bytes(workbooks.table([list(header), *content], title="Lần hai"))
    batch, check = sent(visitor, path, page)
    write = written(visitor, batch, page)
    assert ImportBatch.objects.get(pk=batch).written_rows == len(content)
    other, recheck = sent(visitor, again, page)
    assert set(StagedRow.objects.filter(batch=other).values_list("state", flat=True)) == {"unchanged"}
    read, copy = in_turns(timed(lambda: calamine(path, len(content))), lambda: copied(content), times=3)
    floor = f"calamine {read:.2f} s + COPY {copy:.2f} s"
    ours, whole = f"{check:.1f} + {write:.1f} s", check + write
    return [
        Figure(f"import of {name}: check + write", ours, floor, whole / (read + copy), goal=WHOLE_GOAL),
        Figure(f"the same {name} again: check", f"{recheck:.1f} s", ours, recheck / whole, goal=AGAIN_GOAL),
    ]


def test_import_of_100000_rows(portal, base, take, tmp_path):
    visitor = Visitor(portal.url).sign_in(portal.account("register_keeper", BAC_NINH))
    with base(LARGE):
        figures = way_of(visitor, tmp_path, lines(MANY_ROWS), HEADER, IMPORTS, f"{MANY_ROWS:,} rows")
        bare = bare_rows(lines(MANY_ROWS, unknown_codes("94")))
        figures.append(Figure("bare SQL of as many rows into the same tables", f"{bare:.1f} s", figures[0].base))
        workers = [megabytes_held(pid) for pid in portal.children("worker")]
    peaks = {"worker": max(workers), "reader": megabytes_of_reader(tmp_path / "many.xlsx")}
    said = ", ".join(f"{name} {peak:.0f} MB" for name, peak in peaks.items())
    is_met = max(peaks.values()) < MEMORY_GOAL
    take(*figures, Figure("memory of its processes", said, "", goal_text=f"< {MEMORY_GOAL} MB", met=is_met))


def test_import_of_40000_scope_lines(portal, base, take, tmp_path):
    """A register by declaration."""
    visitor = Visitor(portal.url).sign_in(portal.account("register_keeper", BAC_NINH))
    with base(LARGE):
        header = tuple(column.label for column in SCOPE.columns)
        page = "/registers/scope/imports/"
        take(*way_of(visitor, tmp_path, scope_lines(SCOPE_ROWS), header, page, f"{SCOPE_ROWS:,} scope lines"))


def scope_lines(count: int) -> list[list]:
    """Of the laboratories of the province, each line once."""
    labs = list(Laboratory.objects.live().filter(unit=BAC_NINH).values_list("code", flat=True))
    fields, acts = list(field_names().values()), [str(label) for label in Activity.labels]
    return [
        [
            labs[n % len(labs)], acts[n % 3], fields[n % len(fields)], f"Cân không tự động {n}", f"(0 ÷ {n}) kg",
            f"U = {n % 50 / 10} mg (k = 2)", f"ĐLVN {n % 300}:2020", "" if n % 3 else f"Ghi chú {n}",
        ]
        for n in range(count)
    ]  # fmt: skip


def megabytes_held(pid: int) -> float:
    """The most that a process has held at once."""
    told = Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()
    return int(told[0]) / 1024


def megabytes_of_reader(path: Path) -> float:
    """The same of the child that reads a file, started from a process smaller than itself."""
    code = (
        "import resource, subprocess, sys\n"
        "with open(sys.argv[1], 'rb') as file:\n"
        "    reader = [sys.executable, '-I', sys.argv[2], '0']\n"
        "    subprocess.run(reader, stdin=file, stdout=subprocess.DEVNULL, check=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    told = subprocess.run([sys.executable, "-c", code, path, CHILD], capture_output=True, text=True, check=True)
    return int(told.stdout) / 1024


def test_parse_of_100000_rows(tmp_path, take):
    path = tmp_path / "long.xlsx"
    path.write_bytes(workbooks.long_register(MANY_ROWS))

    def ours() -> None:
        with read_rows(path) as table:
            assert sum(1 for _row in table) >= MANY_ROWS

    mine, bare = in_turns(timed(ours), timed(lambda: calamine(path, MANY_ROWS)), times=3)
    take(
        Figure(
            f"gate and parse in the child, {MANY_ROWS:,} rows × 10 cells",
            f"{mine:.2f} s",
            f"bare calamine {bare:.2f} s",
            mine / bare,
        )
    )


def calamine(path: Path, rows: int) -> None:
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    assert sum(1 for _row in sheet.iter_rows()) >= rows
