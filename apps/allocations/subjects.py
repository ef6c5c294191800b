"""To whom an allocation and the part of a unit in it are known, and what is told of them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.allocations.models import VIEW, Allocation, Portion
from apps.notifications.subjects import Kind, Subject, name_kinds, register_subject
from apps.organisations.selectors import unit_labels


def _code(allocation: Allocation) -> str:
    return _("%(code)s giai đoạn %(first)s–%(last)s, phiên bản %(version)s") % {
        "code": allocation.indicator.code, "first": allocation.first_year, "last": allocation.last_year,
        "version": allocation.version,
    }  # fmt: skip


def _allocations(user: User) -> Any:
    return Allocation.objects.visible_to(user).select_related("indicator")


def _portions(user: User) -> Any:
    return Portion.objects.visible_to(user).select_related("allocation__indicator")


register_subject(
    Subject(
        kind="allocations.allocation", view=VIEW, visible=_allocations, code=_code, name=str,
        has_talk=False,
    )
)  # fmt: skip
register_subject(
    Subject(
        kind="allocations.portion",
        view=VIEW,
        visible=_portions,
        code=lambda part: _code(part.allocation),
        name=lambda part: f"{part.allocation} ({unit_labels()[part.unit_id].short_name})",
        unit=lambda part: part.unit_id,
        address=lambda part: reverse("allocations:portion_comment", args=[part.pk]),
        has_talk=False,
    )
)

name_kinds(
    [
        Kind("allocations.circulate", gettext_lazy("Lấy ý kiến giao chỉ tiêu"),
             gettext_lazy("Dự thảo giao chỉ tiêu %(code)s đang lấy ý kiến đơn vị."),
             gettext_lazy("Đề nghị góp ý tại:"), "message", "review", at_once=True),
        Kind("allocations.propose", gettext_lazy("Giao chỉ tiêu chờ phê duyệt"),
             gettext_lazy("Có dự thảo giao chỉ tiêu %(code)s chờ phê duyệt."),
             gettext_lazy("Đề nghị xem xét, phê duyệt tại:"), "target-arrow", "review", at_once=True),
        Kind("allocations.return_for_revision", gettext_lazy("Dự thảo giao chỉ tiêu được trả lại"),
             gettext_lazy("Dự thảo giao chỉ tiêu %(code)s được trả lại."),
             gettext_lazy("Đề nghị hoàn thiện và trình lại; xem lý do tại:"), "arrow-back-up", "warn", at_once=True),
        Kind("allocations.approve", gettext_lazy("Giao chỉ tiêu được phê duyệt"),
             gettext_lazy("Giao chỉ tiêu %(code)s đã được phê duyệt."), gettext_lazy("Xem chỉ tiêu đã giao tại:"),
             "circle-check", "good"),
    ]
)  # fmt: skip
