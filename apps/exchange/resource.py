"""What an app declares to let Excel rows into its register. Found in every app's resources.py."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core.days import NEXT_DAY_HERE, shown_day
from apps.core.masking import hide_identity_numbers
from apps.core.old_fonts import meant_by_old_font, refuse_old_font
from apps.core.text import Reading, read_text
from apps.exchange.formulas import FORMULAS, value_of_formula
from apps.exchange.models import WRITERS, ImportBatch, RowProblem
from apps.exchange.parse import Cell
from apps.jobs.models import Job
from apps.people.rights import units_with

Severity = RowProblem.Severity


@dataclass
class Problem:
    """One thing to say about one cell, before it becomes a RowProblem."""

    column: str
    value: str
    code: str
    message: str
    severity: str = Severity.ERROR
    suggestion: str = ""


@dataclass(frozen=True)
class ClosedRows:
    """Rows of a file in a closed period; `moving` of them will stand among its adjustments, the rest move nothing."""

    period: str
    rows: int
    moving: int


@dataclass(frozen=True)
class ClosedRow:
    """One of them, by its number in the file; `told` is what writing it does to the figures, and why."""

    number: int
    periods: str
    told: str


@dataclass(frozen=True)
class Closed:
    """All of a file's: period by period, latest first, and together. A row of a stock falls into many periods."""

    periods: Sequence[ClosedRows] = ()
    rows: int = 0
    moving: int = 0

    @classmethod
    def of(cls, counted: Iterable[tuple[int | None, int, int]]) -> "Closed":
        """Year, rows and moving rows; all of them together stand under no year."""
        found = {year: (rows, moving) for year, rows, moving in counted}
        rows, moving = found.pop(None, (0, 0))
        return cls([ClosedRows(str(year), *numbers) for year, numbers in found.items()], rows, moving)

    @property
    def still(self) -> int:
        return self.rows - self.moving

    @property
    def words(self) -> str:
        """«2025: 12, 2024: 2»."""
        return ", ".join(f"{one.period}: {one.rows}" for one in self.periods)


@dataclass(frozen=True)
class Written:
    """What a batch put into the register, and the job that counts anew because of it, if any."""

    rows: int
    job: Job | None = None


@dataclass(frozen=True)
class Undoing:
    """What taking a batch back does, a phrase each, and what it cannot take back; `more` of the latter unnamed."""

    done: list[str]
    stays: list[str]
    more: int = 0


@dataclass
class Field:
    """A column: its header, how its text is understood, and whether it may be blank.

    `clean(text, row)` returns a JSON value or raises ValidationError; `row` holds the columns understood before it.
    A ValidationError's params may carry `suggestion`.
    """

    key: str
    header: str
    clean: Callable[[str, dict[str, Any]], Any] = field(default=lambda text, row: text)
    required: bool = True
    accepts: str = "s"  # kinds of cell: s text, n number, d date
    is_code: bool = False  # its zeros count: a number is asked about, with what it probably meant
    is_prose: bool = False  # free text, where the code of an old font is nobody's error but a warning
    example: str | Promise = ""  # in the empty field where a cell is mended
    hint: str | Promise = ""  # on the guide sheet of the template
    hide: Callable[[str], str] = hide_identity_numbers  # what of its text is shown to who may not change the import
    format: str = "@"  # of the template's cells: text, so that Excel leaves codes alone
    aliases: tuple[str, ...] = ()  # usual other names of the column, as people head it in files of their own


class ScopedResource:
    """One register's Excel door. Subclasses declare `fields` and write by SQL sets."""

    do_not_call_in_templates = True  # pages read the declaration off the class

    register: str = ""
    label: str | Promise = ""
    permission: str = ""  # which right writes rows, in the units where it is held
    list_url: str = ""  # name of the register's own page
    list_args: tuple[str, ...] = ()  # and what else its address needs
    feeds: str = ""  # code of the indicator its rows move, if any
    fields: list[Field] = []  # in the order of the official file
    any_of: tuple[str, ...] = ()  # keys of columns of which a file must have one at least: without them it says nothing
    listed: tuple[str, ...] = ()  # keys of the columns that a list of rows shows
    understood_first: tuple[str, ...] = ()  # keys of columns that the rules of other columns ask
    named_by: str = ""  # key of the column that tells people whose row it is
    mended_in: dict[str, str] = {}  # code of a problem: key of the column where it is mended, if not its own
    measured: tuple[str, ...] = ()  # tables that its rows are written to: their statistics follow a large file
    told: tuple[str, ...] = ()  # codes of problems that settling finds, beside those of the single cells
    undoes: str | Promise = gettext_lazy(
        "Các dòng do lần nhập này đưa vào được rút khỏi sổ, giá trị bị ghi đè trở lại như trước và mục tiêu được tính "
        "lại. Lý do được lưu."
    )
    undone: str | Promise = gettext_lazy("Lần nhập đã được hoàn tác.")

    @classmethod
    def scope_of(cls, user: User) -> UnitScope:
        """For which units the person may write rows."""
        return units_with(user, cls.permission)

    @classmethod
    def templates(cls, user: User) -> list[tuple[str, str]]:
        """Further templates, with rows that the register has: the query of each, and its name."""
        return []

    @classmethod
    def filled(cls, user: User, query: Any) -> Iterable[dict[str, list[str] | None]]:
        """The rows of such a template, a cell by the key of its column, as kind and value."""
        return ()

    def __init__(self, batch: ImportBatch, scope: UnitScope) -> None:
        """Prepare what every row is held against (lists of codes, names), once per check."""
        self.batch, self.scope = batch, scope
        self.formulas = 0  # cells that were read by what a formula in them last gave

    def clean_row(self, cells: dict[str, Cell | None]) -> tuple[dict[str, Any], list[Problem]]:
        """Understand one row: cleaned values by key, and every problem at once."""
        row: dict[str, Any] = {}
        problems: list[Problem] = []
        for column in self.in_order_of_understanding():
            cell = cells.get(column.key)
            if cell is None and not column.required:  # most cells of a wide file
                row[column.key] = ""
                continue
            if cell is not None and cell.kind in FORMULAS and cell.value:
                cell = value_of_formula(cell)
                self.formulas += 1
            try:
                text = self.text_of(cell, column, row, problems)
                if not text and column.required:
                    raise ValidationError(_("Để trống. Cột này bắt buộc nhập"), code="blank")
                row[column.key] = self.understand(column, text, row) if text else ""
            except ValidationError as error:
                problems.extend(_problems(column, cell, error))
        problems.extend(self.check_row(row))
        if len(problems) > 1:
            places = self.places()
            problems.sort(key=lambda problem: places.get(problem.column, -1))
        return row, problems

    @classmethod
    @cache
    def in_order_of_understanding(cls) -> tuple[Field, ...]:
        return tuple(sorted(cls.fields, key=lambda column: column.key not in cls.understood_first))

    @classmethod
    @cache
    def places(cls) -> dict[str, int]:
        """Each header's place in the official file."""
        return {column.header: at for at, column in enumerate(cls.fields)}

    @classmethod
    def drop_downs(cls) -> dict[str, list[str]]:
        """By key, the words a column is chosen from: lists of the template and of the fields where a cell is mended."""
        return {}

    def text_of(self, cell: Cell | None, column: Field, row: dict[str, Any], problems: list[Problem]) -> str:
        """The cell as text in the form people write; notes what had to be changed for that."""
        if cell is not None and cell.kind == "n" and column.is_code:
            raise self.asked_about(str(cell.value), column, row)
        return cell_text(cell, column, problems)

    def understand(self, column: Field, text: str, row: dict[str, Any]) -> Any:
        """What a text in that column means: a JSON value, or ValidationError."""
        return column.clean(text, row)

    def asked_about(self, number: str, column: Field, row: dict[str, Any]) -> ValidationError:
        """Excel keeps no zeros in front of a number, so nobody can tell from it which code was typed."""
        meant = self.code_of_number(column.key, number, row)
        message = str(_WRONG_KIND["n"])
        if meant:
            message += ". " + _("Có phải “%(code)s”?") % {"code": meant}
        return ValidationError(message, code="wrong_kind", params={"suggestion": meant})

    def code_of_number(self, key: str, number: str, row: dict[str, Any]) -> str:
        """What a number in that column of codes probably meant; nothing where that is not plain."""
        return ""

    def check_row(self, row: dict[str, Any]) -> list[Problem]:
        """Rules over several columns of one row; a column that was wrong is absent from `row`. May add to `row`."""
        return []

    @classmethod
    def closed_rows(cls, batch: ImportBatch) -> Closed:
        """The rows to be written that fall into closed periods; what a period is only the register's app knows."""
        return Closed()

    @classmethod
    def each_closed_row(cls, batch: ImportBatch, first: int, last: int) -> list[ClosedRow]:
        """Those rows one by one, in the order of the file; of them the first to the last, as a slice has them."""
        return []

    def settle(self) -> None:
        """Rules over the whole file and the register, in SQL sets; leaves each row new, update, unchanged or error."""
        raise NotImplementedError

    def write(self) -> Written:
        """Settle anew and write all rows that are new or update, inside the caller's transaction."""
        raise NotImplementedError

    def undo(self, reason: str, *, by: User) -> Job | None:
        """Take back what the batch wrote, inside the caller's transaction; returns the job that counts anew."""
        raise NotImplementedError

    @classmethod
    def undoing(cls, batch: ImportBatch, *, user: User) -> Undoing:
        """What taking the batch back would do, or has done where it is undone, in the names that the person sees."""
        raise NotImplementedError


_registry: dict[str, type[ScopedResource]] = {}


def register(resource: type[ScopedResource]) -> type[ScopedResource]:
    _registry[resource.register] = resource
    WRITERS[resource.register] = resource.scope_of
    return resource


def resources() -> list[type[ScopedResource]]:
    return list(_registry.values())


def resource_of(name: str) -> type[ScopedResource] | None:
    return _registry.get(name)


def cell_text(cell: Cell | None, column: Field, problems: list[Problem]) -> str:
    if cell is None:
        return ""
    kind, value = cell
    if kind == "e":
        raise ValidationError(_("Ô đang báo lỗi của Excel. Nhập lại giá trị"), code="excel_error")
    if kind in FORMULAS:
        told = _(
            "Ô là công thức chưa được tính, không có giá trị. Nhập giá trị, hoặc mở tệp bằng Excel, lưu rồi tải lại"
        )
        raise ValidationError(told, code="formula")
    if kind not in column.accepts:
        raise ValidationError(_wrong_kind(kind, column), code="wrong_kind")
    if kind == "d":
        return _date_text(str(value), column, problems)
    return _typed_text(str(value), column, problems)


def _typed_text(raw: str, column: Field, problems: list[Problem]) -> str:
    code, meant = meant_by_old_font(raw)
    if code and not column.is_prose:
        refuse_old_font(raw)
    reading = read_text(raw)
    if code:  # whatever else is odd in it comes from the font
        problems.append(_old_font(column, raw, code, meant))
    else:
        problems.extend(_changed(column, raw, reading))
    return reading.text


def _old_font(column: Field, raw: str, code: str, meant: str) -> Problem:
    message = _(
        "Chữ gõ theo bảng mã cũ %(code)s. Chuyển sang Unicode rồi nhập lại, hoặc xác nhận nếu đúng là tên như vậy"
    )
    return Problem(str(column.header), raw, "old_font", message % {"code": code}, Severity.WARNING, meant)


def _changed(column: Field, raw: str, reading: Reading) -> Iterator[Problem]:
    """What the gate changed, so that nobody wonders why the register holds something else than the file."""
    told = {"text": reading.text[:120]}
    said = []
    if reading.composed:
        said.append(("normalised", _("Dấu tiếng Việt ở dạng tổ hợp (NFD) đã được chuẩn hóa thành “%(text)s”") % told))
    if reading.dropped:
        signs = ", ".join(f"U+{ord(char):04X}" for char in reading.dropped)
        said.append(("hidden_character", _("Đã bỏ ký tự ẩn %(signs)s: “%(text)s”") % {"signs": signs, **told}))
    if reading.twins:
        pairs = ", ".join(f"“{typed}” ({_codes(typed)}) → “{meant}”" for typed, meant in reading.twins[:5])
        said.append(
            ("look_alike", _("Đã thay ký tự trông giống chữ: %(pairs)s. Đọc là “%(text)s”") % {"pairs": pairs, **told})
        )
    for code, message in said:
        yield Problem(str(column.header), raw, code, message, Severity.NOTE)


def _codes(text: str) -> str:
    return " ".join(f"U+{ord(char):04X}" for char in text if not char.isascii())[:40]


def _wrong_kind(kind: str, column: Field) -> str:
    if kind == "n" and not column.is_code:
        return str(_NO_CODE)
    return str(_NO_DAY if kind == "d" and "n" in column.accepts else _WRONG_KIND[kind])


_WRONG_KIND = {
    "n": gettext_lazy("Ô đang là số. Định dạng cột là Văn bản rồi nhập lại, để không mất số 0 ở đầu"),
    "d": gettext_lazy("Ô đang là ngày. Nhập lại dưới dạng văn bản"),
    "b": gettext_lazy("Ô đang là TRUE/FALSE. Nhập lại giá trị"),
    "s": gettext_lazy("Ô đang là văn bản. Nhập lại đúng kiểu của cột"),
}
_NO_DAY = gettext_lazy("Ô đang là ngày, cột này nhận số. Định dạng ô là Số rồi nhập lại")
_NO_CODE = gettext_lazy("Ô đang là số, cột này nhận chữ. Định dạng ô là Văn bản rồi nhập lại")


def _moment(iso: str) -> datetime.datetime:
    """To the second: Excel counts in fractions of a day, and 23:59:59.9999 is midnight."""
    moment = datetime.datetime.fromisoformat(iso) + datetime.timedelta(milliseconds=500)
    return moment.replace(microsecond=0)


def _date_text(iso: str, column: Field, problems: list[Problem]) -> str:
    """A time says nothing of a day, unless it comes from a program that counts by the world clock."""
    moment = _moment(iso)
    text = shown_day(moment.date())
    if moment.time() != datetime.time():
        told = {"time": f"{moment:%H:%M}", "day": text, "next": shown_day(moment.date() + datetime.timedelta(days=1))}
        message = _("Ô chứa cả giờ %(time)s, được ghi là ngày %(day)s. Kiểm tra ngày có đúng không")
        if moment.time() >= NEXT_DAY_HERE:
            message = _(
                "Ô chứa cả giờ %(time)s, được ghi là ngày %(day)s. Nếu giờ này là giờ quốc tế thì ngày đúng là %(next)s"
            )
        problems.append(
            Problem(str(column.header), f"{moment:%d/%m/%Y %H:%M}", "time_in_date", message % told, Severity.NOTE)
        )
    return text


def shown(cell: Cell | None) -> str:
    """The cell as the person sees it in Excel, for lists of problems."""
    if cell is None:
        return ""
    kind, value = cell
    return shown_day(_moment(str(value)).date()) if kind == "d" else str(value)[:300]


def _problems(column: Field, cell: Cell | None, error: ValidationError) -> list[Problem]:
    return [
        Problem(
            column=str(column.header),
            value=shown(cell),
            code=item.code or "invalid",
            message="".join(item.messages),
            severity=(item.params or {}).get("severity", Severity.ERROR),
            suggestion=str((item.params or {}).get("suggestion", "")),
        )
        for item in error.error_list
    ]
