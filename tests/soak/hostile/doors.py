"""Every door through which Excel files come in: a good file as the portal gives it, and what it makes of any file."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from apps.accounts.models import User
from apps.core.file_values import writable
from apps.exchange.models import ImportBatch
from apps.exchange.parse import Cell
from apps.exchange.resource import ScopedResource, resource_of
from apps.registers.declaration import register_of, registers
from tests.conftest import BAC_NINH, TDC
from tests.exchange import enterprise_files
from tests.factories.registers import FACTORIES
from tests.factories.tasks import PlanTaskFactory
from tests.registers.conftest import done
from tests.registers.contents import lines_of, made
from tests.soak.hostile.material import Material, Place, saved
from tests.tasks import task_files

UNLIMITED = dict.fromkeys(settings.LIMITS, (1_000_000, 60))
Values = dict[Place, Any]  # what is understood, by the place of its cell
ROWS = 3


@dataclass
class Outcome:
    """`values`: understood of each cell; `told`: cells of which something is said, and what; `words`: of the file."""

    taken: bool
    words: str = ""
    values: Values = field(default_factory=dict)
    told: dict[Place, list[str]] = field(default_factory=dict)
    written: int = 0


@dataclass
class Door:
    """`as_typed`: what a text means that is typed into that cell of the good file."""

    name: str
    material: Material
    send: Callable[[bytes, str], Outcome]
    as_typed: Callable[[Place, str], Any]


# --- registers, tasks, money ------------------------------------------------------------------------------------------


class RegisterDoor:
    def __init__(self, slug: str, rows: list[dict[str, Any]], client: Client, unit: str) -> None:
        self.slug, self.client = slug, client
        self.resource: type[ScopedResource] = resource_of(slug)
        self.at = {one.key: place for place, one in enumerate(self.resource.fields, 1)}
        self.good = self._file(rows)
        offered = client.get(self.address).context["form"].fields["unit"].queryset
        self.unit = unit if offered.filter(pk=unit).exists() else offered[0].pk
        self.batch: ImportBatch | None = None
        self.is_again = False  # while the file of wrong rows is sent

    def door(self) -> Door:
        sheet = openpyxl.load_workbook(io.BytesIO(self.good)).worksheets[0]
        last = max(row for row in range(1, ROWS + 9) if sheet.cell(row, 1).value or sheet.cell(row, 2).value)
        places = tuple((row, at) for row in range(2, last + 1) for at in self.at.values())
        return Door(self.slug, Material(self.good, 1, places), self.send, self.as_typed)

    def _file(self, rows: list[dict[str, Any]]) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(b"".join(self.client.get(f"{self.address}template/"))))
        for number, row in enumerate(rows, 2):
            for key, value in row.items():
                cell = book.worksheets[0].cell(number, self.at[key], value)
                if isinstance(value, str):
                    cell.data_type, cell.number_format = "s", "@"
        return saved(book)

    @property
    def address(self) -> str:
        return f"/registers/{self.slug}/imports/"

    def send(self, content: bytes, ending: str = "xlsx") -> Outcome:
        upload = SimpleUploadedFile(f"tệp.{ending}", content)
        with override_settings(LIMITS=UNLIMITED):
            answer = self.client.post(self.address, {"file": upload, "unit": self.unit})
            if answer.status_code != 302:
                assert answer.status_code in (409, 413, 422), answer.status_code
                return Outcome(False, words_of(answer))
            batch = done(ImportBatch.objects.get(pk=int(answer.url.rstrip("/").rsplit("/", 1)[1])))
            for tab in ("", "?tab=errors", "?tab=valid"):
                assert self.client.get(f"{self.address}{batch.pk}/{tab}").status_code == 200
            self.batch = batch
            if batch.state == ImportBatch.State.REFUSED:
                assert not batch.rows.exists()
                assert not batch.problems.exists()
                return Outcome(False, batch.refusal)
            assert batch.state == ImportBatch.State.CHECKED, batch.state
            return self._checked(batch)

    def _checked(self, batch: ImportBatch) -> Outcome:
        found = Outcome(True)
        for row in batch.rows.all():
            for key, at in self.at.items():
                if key in row.clean:
                    found.values[row.number, at] = row.clean[key]
        headers = {str(one.header): self.at[one.key] for one in self.resource.fields}
        for problem in batch.problems.exclude(severity="note"):
            at = headers.get(problem.column, 0)
            found.told.setdefault((problem.number, at), []).append(problem.message)
        if not self.is_again and batch.rows.filter(state="error").exists():
            self._wrong_rows_again(batch)
        return found

    def _wrong_rows_again(self, batch: ImportBatch) -> None:
        """The file of the rows that were kept out says the same when it comes back."""
        errors = self.client.get(f"{self.address}{batch.pk}/errors/")
        assert errors.status_code == 200
        texts = [str(cell[1]) for row in batch.rows.filter(state="error") for cell in row.raw.values() if cell]
        if any(writable(text) != text for text in texts):  # no file can hold such a sign: to lose it is the remedy
            return
        before = self._wrong_in(batch)
        self.is_again = True
        try:
            again = self.send(errors.getvalue())
        finally:
            self.is_again, of_again, self.batch = False, self.batch, batch
        assert again.taken, f"the file of wrong rows is refused: {again.words}"
        assert of_again is not None
        assert self._wrong_in(of_again) == before, "the file of wrong rows says something else"

    def _wrong_in(self, batch: ImportBatch) -> list[tuple[Any, ...]]:
        """What is understood of each wrong row, and which of its columns are wrong."""
        wrong = batch.problems.filter(severity="error").values_list("number", "column")
        columns: dict[int, set[str]] = {}
        for number, column in wrong:
            columns.setdefault(number, set()).add(column)
        rows = batch.rows.filter(state="error").order_by("number")
        return [(row.clean, columns.get(row.number, set())) for row in rows]

    def as_typed(self, place: Place, text: str) -> Any:
        """By the register's own rules, in the row as the good file has it."""
        batch = self.batch
        assert batch is not None
        resource = self.resource(batch, self.resource.scope_of(batch.uploaded_by))
        key = next(key for key, at in self.at.items() if at == place[1])
        sheet = openpyxl.load_workbook(io.BytesIO(self.good)).worksheets[0]
        cells: dict[str, Cell | None] = {}
        for one, at in self.at.items():
            value = sheet.cell(place[0], at).value
            cells[one] = None if value in (None, "") else Cell(*_kind(value))
        cells[key] = Cell("s", text)
        clean, _problems = resource.clean_row(cells)
        return clean.get(key)


def _kind(value: Any) -> tuple[str, str]:
    if hasattr(value, "isoformat"):
        return "d", value.date().isoformat() if hasattr(value, "date") else value.isoformat()
    return ("s", value) if isinstance(value, str) else ("n", str(value))


def words_of(answer: Any) -> str:
    form = (answer.context or {}).get("form") if answer.context else None
    return " ".join(str(one) for errors in form.errors.values() for one in errors) if form else answer.content.decode()


CENTRAL = {"criteria": "officer", "priority-sectors": "officer", "managing-ministries": "central_keeper"}
REGISTERS = ["enterprises", "tasks", "funding", *sorted(FACTORIES.keys() | {"priority-sectors"})]
DOORS = [*REGISTERS, "reports", "allocation"]


def door_of(slug: str, fixture: Callable[[str], Any]) -> Door:
    makers = {"enterprises": _enterprises, "tasks": _tasks, "funding": _funding}
    return makers.get(slug, lambda fixture: _declared(slug, fixture))(fixture)


def _client(fixture: Callable[[str], Any], user: User) -> Client:
    return fixture("signed_in")(user)


def _enterprises(fixture: Callable[[str], Any]) -> Door:
    keys = [one.key for one in resource_of("enterprises").fields if one.key != "activity"]
    rows = [dict(zip(keys, row, strict=True)) for row in enterprise_files.rows(ROWS)]
    return RegisterDoor("enterprises", rows, _client(fixture, fixture("keeper")), BAC_NINH).door()


def _tasks(fixture: Callable[[str], Any]) -> Door:
    rows = task_files.of_ministry(ROWS)
    return RegisterDoor("tasks", rows, _client(fixture, fixture("people").editor_of_ministry), "BCT").door()


def _funding(fixture: Callable[[str], Any]) -> Door:
    people = fixture("people")
    codes = [PlanTaskFactory(state="in_progress", lead_unit_id="SO-BAC-NINH").code for _n in range(ROWS)]
    rows = [
        {"code": code, "source": "Ngân sách địa phương", "year": 2025, "allocated": "90", "disbursed": "85,5"}
        for code in codes
    ]
    return RegisterDoor("funding", rows, _client(fixture, people.officer_of_so), BAC_NINH).door()


def _declared(slug: str, fixture: Callable[[str], Any]) -> Door:
    """Rows as the register's own list exports them, then taken out of it: what they name stays."""
    by = fixture(CENTRAL.get(slug, "keeper"))
    client = _client(fixture, by)
    kept = [made(slug, by) for _number in range(ROWS)]
    with override_settings(LIMITS=UNLIMITED):
        lines = lines_of(client.get(f"/registers/{slug}/?export=xlsx").getvalue())
    register = register_of(slug)
    names = [column.name for column in register.columns]
    rows = [
        {name: value for name, value in zip(names, line, strict=False) if value not in (None, "")} for line in lines[1:]
    ]
    register.model.objects.filter(pk__in=[row.pk for row in kept]).delete()
    return RegisterDoor(slug, rows, client, TDC if slug in CENTRAL else BAC_NINH).door()


assert {one.slug for one in registers()} <= set(REGISTERS)
