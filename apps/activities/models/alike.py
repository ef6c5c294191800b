"""What the registers of activities have alike: the item of the plan, the document, and how days and numbers go."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from apps.core.memo import once_per_request
from apps.framework.models import FrameworkItem
from apps.framework.naming import item_reader
from apps.registers import columns
from apps.registers.columns import Words

SHOWN = 90  # signs of an item's title: enough to tell it from the others of a list
OF_REPORT = _(
    "Đơn vị vào ngày của hoạt động. Hoạt động do đơn vị đầu mối thực hiện thay bộ, địa phương thì ghi bộ, địa phương "
    "đó để được tính vào báo cáo năm."
)


@once_per_request
def item_names() -> dict[str, str]:
    items = FrameworkItem.objects.items().values_list("code", "title")
    return {code: f"{code}. {Truncator(title).chars(SHOWN, truncate='…')}" for code, title in items}


def unit(label: Words, on: str, **options: Any) -> "models.ForeignKey[Any, Any]":
    return columns.unit(label, listed=True, filtered=True, on=on, **({"hint": OF_REPORT} | options))


def item() -> "models.ForeignKey[Any, Any]":
    return columns.item(
        _("hạng mục kế hoạch"), FrameworkItem, item_reader, of={"kind": FrameworkItem.Kind.ITEM}, called=item_names,
        required=False, filtered=True, example="B.7",
    )  # fmt: skip


def act() -> "models.ForeignKey[Any, Any]":
    return columns.act(_("văn bản"), required=False)


def document() -> "models.CharField[str, str]":
    return columns.text(
        _("số, ký hiệu văn bản"), 120, required=False,
        hint=_("Ghi ở đây nếu văn bản chưa có ở mục Văn bản, ví dụ 12/KH-SKHCN ngày 05/03/2026."),
    )  # fmt: skip


def note() -> "models.CharField[str, str]":
    return columns.text(_("ghi chú"), 500, required=False)


def once(name: str, texts: Sequence[str], others: Sequence[str], told: Words) -> models.UniqueConstraint:
    """What tells one live row from another: texts whatever their capitals."""
    return models.UniqueConstraint(
        *map(Lower, texts), *others, condition=Q(withdrawn_at__isnull=True), name=name, violation_error_message=told
    )


def not_before(last: str, first: str, name: str, told: Words) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": F(first)}),
        name=name,
        violation_error_message=told,
    )


def part_of(part: str, whole: str, name: str, told: Words) -> models.CheckConstraint:
    """Of two numbers, where both are known."""
    unknown = Q(**{f"{part}__isnull": True}) | Q(**{f"{whole}__isnull": True})
    return models.CheckConstraint(
        condition=unknown | Q(**{f"{part}__lte": F(whole)}), name=name, violation_error_message=told
    )


def indexes(name: str, day: str, sort: str) -> list[models.Index]:
    return [
        models.Index(fields=[f"-{day}", sort, "id"], name=f"{name}_sort"),
        models.Index(fields=["unit", day], name=f"{name}_unit_day"),
        GinIndex(OpClass("words", name="gin_trgm_ops"), name=f"{name}_words"),
    ]
