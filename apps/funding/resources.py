"""The Excel door of money: one row is one source in one year of one task, with its amounts in triệu đồng.

Whoever leads the tasks brings the file; the programme office also for what it approves by the central route.
"""

import re
from functools import cached_property
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.numbers import parse_whole
from apps.exchange.models import ImportBatch
from apps.exchange.parse import Cell
from apps.exchange.resource import Field, Problem, ScopedResource, Undoing, Written, register
from apps.framework.models import FrameworkItem
from apps.funding import importing, undoing
from apps.funding.asked import FIRST_YEAR, LAST_YEAR
from apps.funding.entering import investment_words
from apps.people.rights import units_with
from apps.registers.readings import Choices
from apps.tasks.amounts import parse_millions, unmistakable
from apps.tasks.models import BudgetLine, PlanTask
from apps.tasks.models.money import Source, Stage

MONEY_HINT = gettext_lazy("Triệu đồng, ví dụ 1.234,5. Để trống là không có số (số đã có được giữ); 0 là bằng không.")

# What offices call a source, and most probably mean by it.
MEANT = {
    "nsđp": Source.LOCAL, "ngân sách tỉnh": Source.LOCAL, "ngân sách thành phố": Source.LOCAL,
    "nstw chi thường xuyên": Source.CENTRAL_RECURRENT, "sự nghiệp khoa học": Source.CENTRAL_RECURRENT,
    "nstw chi đầu tư phát triển": Source.CENTRAL_INVESTMENT, "vốn đầu tư phát triển": Source.CENTRAL_INVESTMENT,
    "doanh nghiệp": Source.ENTERPRISE, "vốn doanh nghiệp": Source.ENTERPRISE, "khác": Source.OTHER,
    "nguồn khác": Source.OTHER,
}  # fmt: skip


class KnownTask(NamedTuple):
    pk: int
    item: str


@register
class FundingResource(ScopedResource):
    register = "funding"
    label = gettext_lazy("Kinh phí nhiệm vụ")
    permission = "tasks.change_plantask"
    list_url = "funding:overview"
    told = importing.TOLD
    named_by = "code"
    any_of = tuple(Stage.values)
    listed = ("code", "source", "year", *Stage.values)
    measured = (BudgetLine._meta.db_table,)
    undoes = gettext_lazy(
        "Các số do lần nhập này đưa vào được xóa, số bị ghi đè trở lại như trước. Số đã sửa sau khi nhập giữ nguyên. "
        "Lý do được lưu."
    )
    undone = gettext_lazy("Lần nhập đã được hoàn tác.")
    fields = [
        Field("code", importing.CODE, is_code=True, example="NV-2026-0147", hint=gettext_lazy("Mã đã có trong cổng."),
              aliases=("Mã", "Mã số", "Mã số nhiệm vụ")),
        Field("source", "Nguồn", hint=gettext_lazy("Chọn trong danh sách."),
              aliases=("Nguồn vốn", "Nguồn kinh phí", "Nguồn ngân sách")),
        Field("year", "Năm", accepts="sn", format="General", hint=gettext_lazy("Năm ngân sách, ví dụ 2026."),
              aliases=("Năm ngân sách", "Năm kế hoạch")),
        *(
            Field(
                stage.value, importing.HEADERS[stage], required=False, accepts="sn", format="General",
                example="1.234,5", hint=MONEY_HINT,
            )
            for stage in Stage
        ),
    ]  # fmt: skip

    @cached_property
    def tasks(self) -> dict[str, KnownTask]:
        """By code: whose money the person may bring. Whether a stage is open now settling tells."""
        rows = importing.tasks_of(self.scope).values_list("code", "pk", "framework_item_id")
        return {code.lower(): KnownTask(pk, item) for code, pk, item in rows}

    @cached_property
    def items(self) -> dict[str, FrameworkItem]:
        return {item.code: item for item in FrameworkItem.objects.all()}

    @cached_property
    def sources(self) -> Choices:
        return Choices(Source.choices, meant=MEANT)

    def text_of(self, cell: Cell | None, column: Field, row: dict[str, Any], problems: list[Problem]) -> str:
        """A number's point is a point, whatever 1.234 would mean as a text."""
        text = super().text_of(cell, column, row, problems)
        is_amount = cell is not None and cell.kind == "n" and column.key in Stage.values
        return unmistakable(text) if is_amount else text

    def understand(self, column: Field, text: str, row: dict[str, Any]) -> Any:
        if column.key == "code":
            found = self.tasks.get(text.lower())
            if found is None:
                told = _("Không có nhiệm vụ mã này trong phạm vi đơn vị bạn được nhập. Kiểm tra lại mã")
                raise ValidationError(told, code="task", params={"suggestion": self._code_meant(text)})
            row["task"] = found.pk
            return text
        if column.key == "source":
            return self.sources.value_of(text)
        return str(_year(text) if column.key == "year" else parse_millions(text))

    def _code_meant(self, text: str) -> str:
        """A code with blanks in it, or with the long dashes that word processors put in."""
        plain = re.sub(r"\s", "", re.sub("[\u2010-\u2015\u2212]", "-", text))
        return plain.upper() if plain.lower() in self.tasks else ""

    def check_row(self, row: dict[str, Any]) -> list[Problem]:
        found = self.tasks.get(row.get("code", "").lower())
        wrong = investment_words(self.items[found.item], row["source"]) if found and row.get("source") else ""
        if not wrong:
            return []
        typed, meant = str(Source(row["source"]).label), str(Source.CENTRAL_RECURRENT.label)
        return [Problem("Nguồn", typed, "investment", wrong, suggestion=meant)]

    @classmethod
    def drop_downs(cls) -> dict[str, list[str]]:
        return {"source": [str(label) for label in Source.labels]}

    def settle(self) -> None:
        importing.settle(self.batch, self.scope)

    def write(self) -> Written:
        return importing.write(self.batch, self.scope)

    def undo(self, reason: str, *, by: User) -> None:
        undoing.undo(self.batch, self.scope, by=by)

    @classmethod
    def undoing(cls, batch: ImportBatch, *, user: User) -> Undoing:
        sight = set(PlanTask.objects.visible_to(user).filter(budget__isnull=False).values_list("pk", flat=True))
        return undoing.undoing(batch, units_with(user, cls.permission), sight)


def _year(text: str) -> int:
    year = parse_whole(text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValidationError(_("Năm ngân sách phải từ 2018 đến 2035."), code="year")
    return year


def raw_row(cell: Any) -> dict[str, Any]:
    """A cell of the list as a row of the file, so that loading it again says the same."""
    amounts = {stage: ["n", _plain(getattr(cell, stage))] for stage in Stage.values if getattr(cell, stage) is not None}
    source = str(Source(cell.source).label)
    return {"code": ["s", cell.task.code], "source": ["s", source], "year": ["n", str(cell.year)], **amounts}


def _plain(amount: int) -> str:
    whole, rest = divmod(amount, 1_000_000)
    return f"{whole}.{rest:06}".rstrip("0") if rest else str(whole)
