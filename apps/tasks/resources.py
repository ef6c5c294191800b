"""The Excel door of tasks: a unit's list comes in as one file, with states and decisions."""

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core.fields import parse_dated
from apps.core.text import recognisable
from apps.exchange import resource
from apps.exchange.cells import Field, Problem, Severity
from apps.exchange.models import ImportBatch
from apps.exchange.parse import Cell
from apps.framework.models import FrameworkItem
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import UnitLabel, successor_shares, unit_labels
from apps.people.rights import units_with
from apps.registers.readings import Choices
from apps.registers.resources import RegisterResource, field_of
from apps.tasks import filled
from apps.tasks.filecolumns import MORE
from apps.tasks.models import PlanTask
from apps.tasks.moving import BEFORE_APPROVAL, DONE, REPORTED, State
from apps.tasks.registers import TASKS

ORDER = (
    "code", "title", "framework_item", "kind", "term", "year", "lead_unit", "objective", "product", "starts_on",
    "due_on",
)  # fmt: skip
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
HEADERS = {field.key: str(field.header) for field in MORE}
# Each act with what must be named of it, and the states in which there is none yet.
ACTS: tuple[tuple[Any, ...], ...] = (
    ("decision", "decision_on", "decision_issuer", BEFORE_APPROVAL - {State.REJECTED}),
    ("acceptance", "acceptance_on", "acceptance_issuer", frozenset(State) - DONE),
)
# How lists write a choice: the same word spelt otherwise, or what is most probably meant.
AS_WRITTEN = {
    "term": Choices(PlanTask.Term.choices, former={"hàng năm": PlanTask.Term.YEARLY}),
    "kind": Choices(
        PlanTask.Kind.choices,
        meant={
            "nhiệm vụ kh&cn": PlanTask.Kind.SCIENCE, "kh&cn": PlanTask.Kind.SCIENCE, "đề tài": PlanTask.Kind.SCIENCE,
            "thường xuyên": PlanTask.Kind.RECURRENT, "chi thường xuyên": PlanTask.Kind.RECURRENT,
            "nhiệm vụ thường xuyên": PlanTask.Kind.RECURRENT, "đầu tư": PlanTask.Kind.INVESTMENT,
            "dự án": PlanTask.Kind.INVESTMENT,
        },
    ),
}  # fmt: skip
TITLE_SHOWN = 90  # characters of an item's title in the list to choose from


@resource.register
class TaskResource(RegisterResource):
    declared = TASKS
    register = TASKS.slug
    label = TASKS.title
    permission = TASKS.permission("add")
    list_url = "tasks:plantask_list"
    listed_with = TASKS.permission("view")
    fields = [*(field_of(TASKS.by_name[name]) for name in ORDER), *MORE]
    listed = ("code", "title", "framework_item", "lead_unit", "due_on", "state")
    understood_first = ("year", "starts_on")
    named_by = TASKS.named_by
    keyed_by = TASKS.key[0]
    mended_in = {"other_name": "code", "other_thing": "code"}
    measured = ("tasks_plantask", "tasks_milestone", "tasks_participation", "tasks_taskprogress")
    undoes = _lazy(
        "Nhiệm vụ do lần nhập này đưa vào được rút khỏi cổng, trừ nhiệm vụ đã được xử lý tiếp; bản nháp bị ghi đè trở "
        "lại như trước; quyết định do tệp thêm vào mục Văn bản được gỡ nếu không còn nơi nào dùng. Lý do được lưu."
    )

    def __init__(self, batch: ImportBatch, scope: UnitScope) -> None:
        super().__init__(batch, scope)
        self.labels = unit_labels()  # once for the file: no request keeps them
        self.readings |= {name: self._read(choices) for name, choices in AS_WRITTEN.items()}

    @staticmethod
    def _read(choices: Choices) -> Callable[[str, dict[str, Any]], str]:
        return lambda text, row: choices.value_of(text)

    @cached_property
    def heirs(self) -> dict[str, list[tuple[str, Any]]]:
        return successor_shares(self.ground.today)

    @classmethod
    def scope_of(cls, user: User) -> UnitScope:
        """Who serves the whole programme writes for the programme office alone (`PlanTask.led_by`)."""
        scope = units_with(user, cls.permission)
        if not scope.everything:
            return scope
        office = OrganisationUnit.objects.filter(is_programme_office=True).values_list("pk", flat=True)
        return UnitScope(ids=frozenset(office) | scope.ids)

    @classmethod
    def drop_downs(cls) -> dict[str, list[str]]:
        today = timezone.localdate()
        units = sorted((one for one in unit_labels().values() if one.is_valid_on(today)), key=lambda one: one.sort)
        items = FrameworkItem.objects.items()
        return super().drop_downs() | {
            "framework_item": [f"{item.code}. {item.title[:TITLE_SHOWN]}" for item in items],
            "lead_unit": [one.distinct_name for one in units],
            "state": [str(label) for label in State.labels],
        }

    @classmethod
    def templates(cls, user: User) -> list[tuple[str, str]]:
        if not user.has_perm(cls.permission):
            return []
        year, words = timezone.localdate().year, _("Tệp mẫu có sẵn nhiệm vụ năm %(year)s")
        return [(f"filled={one}", words % {"year": one}) for one in (year, year + 1)]

    @classmethod
    def filled(cls, user: User, query: Any) -> Iterable[dict[str, list[str] | None]]:
        asked = query.get("filled", "")
        if not re.fullmatch(r"20\d\d", asked, re.ASCII):
            return ()
        rows = PlanTask.objects.live().led_by(units_with(user, cls.permission))
        return filled.rows(rows.filter(year=int(asked)))

    def text_of(self, cell: Cell | None, column: Field, row: dict[str, Any], problems: list[Problem]) -> str:
        """A line for each unit is as good as a semicolon between them."""
        if cell is not None and column.key == "coordinating" and cell.kind == "s":
            cell = cell._replace(value=re.sub(r"\s*[\r\n]+\s*", "; ", str(cell.value).strip()))
        return super().text_of(cell, column, row, problems)

    def understand(self, column: Field, text: str, row: dict[str, Any]) -> Any:
        if column.key == "code" and not CODE.fullmatch(text):
            told = _("Mã nhiệm vụ chỉ gồm chữ không dấu, chữ số và các dấu - . _")
            raise ValidationError(told, code="code", params={"suggestion": _plain(text)})
        return super().understand(column, text, row)

    def check_row(self, row: dict[str, Any]) -> list[Problem]:
        return [
            *super().check_row(row),
            *self._lead(row),
            *self._parts(row),
            *_percent(row),
            *_days(row),
            *_acts(row),
        ]

    def _lead(self, row: dict[str, Any]) -> Iterator[Problem]:
        """A unit that exists while the work is to be done."""
        ended = self._ended(row.get("lead_unit"), row)
        if ended:
            told = _("Đơn vị đã kết thúc ngày %(day)s. Chọn đơn vị kế thừa") % {"day": f"{ended.valid_to:%d/%m/%Y}"}
            header, heir = TASKS.by_name["lead_unit"].label, self._heir(ended)
            yield Problem(header, ended.short_name, "unit_not_valid", told, suggestion=heir)

    def _ended(self, unit: str | None, row: dict[str, Any]) -> UnitLabel | None:
        """The unit, where it was no more when the work begins."""
        year = row.get("year", "")
        if not unit or not (row.get("starts_on") or (year.isdecimal() and 1 <= int(year) <= 9999)):
            return None
        label = self.labels[unit]
        begins = row.get("starts_on") or f"{int(year):04}-01-01"
        return label if label.valid_to and label.valid_to.isoformat() < begins else None

    def _heir(self, unit: UnitLabel) -> str:
        """Who carries the unit's past today, where it is one."""
        heirs = [heir for heir, _share in self.heirs.get(unit.id, [])]
        return self.labels[heirs[0]].distinct_name if len(heirs) == 1 else ""

    def _parts(self, row: dict[str, Any]) -> Iterator[Problem]:
        """Coordinating units by their names; a name that is none may be let pass, and is left out."""
        text = row.get("coordinating")
        if not text:
            return
        header, unknown = HEADERS["coordinating"], []
        found: dict[str, str] = {}  # by its key, as the file calls it
        for name in filter(None, (part.strip(" .,") for part in text.split(";"))):
            named = self._units_in(name)
            found |= named
            unknown += [] if named else [name]
        if row.get("lead_unit") in found:
            told = _("Đơn vị chủ trì không đồng thời là đơn vị phối hợp. Xóa tên đơn vị đó")
            yield Problem(header, self.labels[row["lead_unit"]].short_name, "lead_takes_part", told)
        if unknown:
            told = _(
                "Không có đơn vị tên “%(names)s”. Sửa tên (các đơn vị cách nhau bằng dấu chấm phẩy), hoặc xác nhận "
                "kèm lý do: tên đó không được ghi"
            )
            names = "”, “".join(unknown)[:300]
            yield Problem(header, text, "unknown_unit", told % {"names": names}, Severity.WARNING)
        yield from self._parts_ended(found, text, row)
        row["coordinating"] = sorted(found) or ""

    def _units_in(self, text: str) -> dict[str, str]:
        """The unit of that name, or all those that commas part; nothing where one of the names is none."""
        try:
            return {self.ground.unit_named(text, self.ground.today): text}
        except ValidationError:
            names = [name.strip() for name in text.split(",")]
        found = [self._units_in(name) for name in names] if len(names) > 1 else [{}]
        return {unit: name for one in found for unit, name in one.items()} if all(found) else {}

    def _parts_ended(self, found: dict[str, str], text: str, row: dict[str, Any]) -> Iterator[Problem]:
        ended = [(unit, name) for pk, name in found.items() if (unit := self._ended(pk, row))]
        if not ended:
            return
        told, meant = _("Đã kết thúc: %(names)s. Ghi đơn vị kế thừa, hoặc xác nhận kèm lý do"), text
        for unit, name in ended:
            meant = meant.replace(name, self._heir(unit) or name)
        names = ", ".join(f"{unit.short_name} ({unit.valid_to:%d/%m/%Y})" for unit, _name in ended)
        suggestion = meant if meant != text else ""
        told = told % {"names": names}
        yield Problem(HEADERS["coordinating"], text, "part_not_valid", told, Severity.WARNING, suggestion)


def _plain(code: str) -> str:
    """«ĐT - 01» could be DT-01."""
    letters = re.sub("[\u2010-\u2015\u2212]", "-", recognisable(code).translate(str.maketrans("đĐ", "dD")))
    plain = re.sub(r"[^A-Za-z0-9._-]", "", re.sub(r"[\s/]+", "-", _without_marks(letters)))
    plain = re.sub(r"-{2,}", "-", plain).strip("-._")
    return plain if CODE.fullmatch(plain) else ""


def _without_marks(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def _problem(key: str, row: dict[str, Any], code: str, told: str, severity: str = Severity.ERROR) -> Problem:
    value = str(row.get(key) or "")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        value = f"{datetime.date.fromisoformat(value):%d/%m/%Y}"
    return Problem(HEADERS[key], value, code, told, severity)


def _percent(row: dict[str, Any]) -> Iterator[Problem]:
    read, state = row.pop("percent_read", None), row.get("state")
    if read == "1":
        told = _("Ghi 1 được hiểu là 1%. Nếu là 100% thì ghi 100, nếu đúng là 1% thì xác nhận kèm lý do")
        yield Problem(HEADERS["percent"], read, "percent", told, Severity.WARNING, "100")
    elif read:
        told = _("Đọc “%(text)s” là %(percent)s%%") % {"text": read, "percent": row.get("percent")}
        yield Problem(HEADERS["percent"], read, "percent", told, Severity.NOTE)
    if not row.get("percent") or not state:
        return
    if state in BEFORE_APPROVAL:
        told = _("Chỉ ghi tỷ lệ khi nhiệm vụ đã phê duyệt. Xóa tỷ lệ hoặc sửa trạng thái")
        yield _problem("percent", row, "percent_too_early", told)
    elif state in REPORTED and row["percent"] != "100":
        told = _("Nhiệm vụ đã báo cáo hoàn thành thì tỷ lệ là 100. Sửa tỷ lệ hoặc trạng thái")
        yield _problem("percent", row, "percent_of_done", told)


def _days(row: dict[str, Any]) -> Iterator[Problem]:
    """The days that a state has, and no others, in their order."""
    state = row.get("state")
    for key, having in (("reported_on", REPORTED), ("accepted_on", DONE)):
        if not state or key not in row:
            continue
        if state in having and not row[key]:
            told = _("Trạng thái “%(state)s” cần ngày này. Nhập ngày hoặc sửa trạng thái")
            yield _problem(key, row, "day_missing", told % {"state": State(state).label})
        if state not in having and row[key]:
            told = _("Trạng thái “%(state)s” không có ngày này. Xóa ngày hoặc sửa trạng thái")
            yield _problem(key, row, "day_of_other_state", told % {"state": State(state).label})
    reported = row.get("reported_on")
    if reported and row.get("starts_on") and reported < row["starts_on"]:
        yield _problem("reported_on", row, "order", _("Ngày hoàn thành trước ngày bắt đầu. Sửa một trong hai ngày"))
    if reported and row.get("accepted_on") and row["accepted_on"] < reported:
        yield _problem("accepted_on", row, "order", _("Ngày nghiệm thu trước ngày hoàn thành. Sửa một trong hai ngày"))
    first = row.get("first_due_on")
    if first and row.get("due_on") and first != row["due_on"]:
        if first > row["due_on"]:
            yield _problem("first_due_on", row, "order", _("Hạn đặt ban đầu sau hạn hoàn thành. Sửa lại ngày"))
        elif (state or State.DRAFT) in BEFORE_APPROVAL:
            told = _("Nhiệm vụ chưa phê duyệt chỉ có một hạn. Để trống, hoặc sửa trạng thái")
            yield _problem("first_due_on", row, "first_due", told)


def _acts(row: dict[str, Any]) -> Iterator[Problem]:
    """A decision is named whole, and stands where something was decided."""
    state = row.get("state")
    for act, *parts, without in ACTS:
        number, day_said = row.get(f"{act}_number"), row.pop(f"{act}_day_said", "")
        if number:
            yield from _lacking(row, parts, day_said)
            yield from _other_day(row, f"{act}_on", day_said)
            if state and state in without:
                told = _("Trạng thái “%(state)s” chưa có quyết định này. Xóa quyết định hoặc sửa trạng thái")
                yield _problem(f"{act}_number", row, "act_too_early", told % {"state": State(state).label})
        elif number == "" and any(row.get(key) for key in parts):
            yield _problem(f"{act}_number", row, "act_incomplete", _("Nhập số quyết định, hoặc xóa ngày và cơ quan"))


def _lacking(row: dict[str, Any], parts: list[str], day_said: str) -> Iterator[Problem]:
    told = _("Quyết định cần đủ số, ngày, cơ quan ban hành. Nhập thêm")
    for key in parts:
        if row.get(key) == "":
            meant = day_said if key.endswith("_on") else ""
            yield Problem(HEADERS[key], "", "act_incomplete", told, suggestion=meant)


def _other_day(row: dict[str, Any], key: str, day_said: str) -> Iterator[Problem]:
    """«3105/QĐ-BCT ngày 20/01/2026»: what stands with the number says no other day than the column."""
    try:
        said = parse_dated(day_said).isoformat() if day_said and row.get(key) else row.get(key)
    except ValidationError:  # a day in words is not compared
        return
    if said != row.get(key):
        told = _("Số quyết định ghi ngày %(day)s. Sửa một trong hai ngày") % {"day": day_said}
        yield _problem(key, row, "act_other_day", told)
