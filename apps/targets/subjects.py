"""To whom a proposal to close a period is known, and what is told of it."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.notifications.subjects import Kind, Subject, name_kinds, register_subject
from apps.targets.closings import ClosingProposal


def _proposals(user: User) -> Any:
    return ClosingProposal.objects.visible_to(user).select_related("period")


def _code(row: ClosingProposal) -> str:
    return _("kỳ %(period)s, phiên bản %(version)s") % {"period": row.period, "version": row.version}


def _name(row: ClosingProposal) -> str:
    return _("Chốt số liệu %(code)s") % {"code": _code(row)}


register_subject(
    Subject(
        kind="targets.closingproposal",
        view="targets.view_periodclosing",
        visible=_proposals,
        code=_code,
        name=_name,
        has_talk=False,
    )
)

name_kinds(
    [
        Kind("targets.propose", gettext_lazy("Đề nghị chốt số liệu"), gettext_lazy("Có đề nghị chốt số liệu %(code)s."),
             gettext_lazy("Đề nghị xem số liệu rồi chốt hoặc không chốt tại:"), "lock", "review", at_once=True),
        Kind("targets.close", gettext_lazy("Đã chốt số liệu"), gettext_lazy("Đã chốt số liệu %(code)s."),
             gettext_lazy("Xem số liệu đã chốt tại:"), "lock", "good"),
        Kind("targets.refuse", gettext_lazy("Không chốt số liệu theo đề nghị"),
             gettext_lazy("Đề nghị chốt số liệu %(code)s không được chốt."),
             gettext_lazy("Xem lý do và lập đề nghị mới tại:"), "ban", "warn", at_once=True),
        Kind("targets.withdraw", gettext_lazy("Đề nghị chốt số liệu được rút"),
             gettext_lazy("Đề nghị chốt số liệu %(code)s đã được rút."), gettext_lazy("Xem lý do tại:"),
             "arrow-back-up"),
    ]
)  # fmt: skip
