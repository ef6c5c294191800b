"""What of reports waits for whom: to fill in, to sign, to send, to review, to be opened."""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.templatetags.ui import vn_date
from apps.notifications.waiting import Shown, Source, Tab, register_source
from apps.organisations.selectors import unit_labels, whose_members_work_in
from apps.people.rights import rights_of, units_with
from apps.reports import moving
from apps.reports.chips import chip_of
from apps.reports.models import AnnualReport, FormVersion, ReportingRound
from apps.targets.closings import CLOSE
from apps.targets.inbox import CLOSINGS
from apps.targets.models import PeriodClosing

State = moving.State
FILL = Tab("report", gettext_lazy("Báo cáo"), "file-text", gettext_lazy("Không có báo cáo phải nộp"))
SIGN = Tab("sign", gettext_lazy("Ký báo cáo"), "signature", gettext_lazy("Không có báo cáo chờ ký"))
REVIEW = Tab("review", gettext_lazy("Thẩm tra"), "file-search", gettext_lazy("Không có báo cáo chờ thẩm tra"))
TO_FILL = (State.NOT_STARTED, State.DRAFT, State.RETURNED, State.SIGNED)


def _held(user: User, permission: str) -> Any:
    scope = units_with(user, permission)
    if not scope.everything and not scope.ids:
        return None
    return AnnualReport.objects.expected().in_units(scope)


def to_fill(user: User) -> Any:
    """Until the round is locked; after that what is corrected or was extended."""
    rows = _held(user, moving.SEND)
    if rows is None:
        return None
    return rows.taking_entries(timezone.localdate()).filter(state__in=TO_FILL)


def to_sign(user: User) -> Any:
    """By the form: of the unit that the person leads, or of the one for which their unit prepares."""
    rows = _held(user, moving.SIGN)
    if rows is None:
        return None
    homes = sorted(rights_of(user).given_in.get(moving.SIGN, ()))
    today = timezone.localdate()
    own = rows.filter(form__signer=FormVersion.Signer.UNIT, unit__in=whose_members_work_in(homes, today))
    focal = rows.filter(form__signer=FormVersion.Signer.FOCAL)
    return (own | focal).filter(state=State.WITH_UNIT_LEADER).exclude(handed_by=user.pk)


def to_review(user: User) -> Any:
    """One's own, and those that nobody has taken up yet."""
    if not units_with(user, moving.REVIEW).everything:
        return None
    rows = AnnualReport.objects.expected().filter(state=State.SUBMITTED).exclude(signed_by=user.pk)
    return rows.filter(reviewer=user.pk) | rows.filter(reviewer__isnull=True)


def _shown(
    pks: Collection[int], title: Any, why: Callable[[AnnualReport], str], act: Any, page: str = "annualreport_detail"
) -> dict[int, Shown]:
    labels = unit_labels()
    rows = AnnualReport.objects.filter(pk__in=pks).select_related("round", "unit", "handed_by")
    found = {}
    for row in rows:
        chip = chip_of(row)
        unit = labels[row.unit_id].short_name
        found[row.pk] = Shown(
            title=title % {"round": row.round.title, "unit": unit},
            url=reverse(f"reports:{page}", args=[row.round.code, row.unit.slug]),
            sub=f"{row.round.code} · {unit}", family=chip.family, label=chip.label, icon=chip.icon, why=why(row),
            act=act,
        )  # fmt: skip
    return found


def _why_fill(row: AnnualReport) -> str:
    due = vn_date(row.due_on)
    if row.state == State.RETURNED:
        return _("Ủy ban TĐC trả lại; đơn vị bạn sửa và nộp lại trước ngày %(day)s") % {"day": due}
    if row.state == State.SIGNED:
        return _("Đã ký; đơn vị bạn nộp trước ngày %(day)s") % {"day": due}
    return _("Đơn vị bạn báo cáo, hạn nộp %(day)s") % {"day": due}


def _why_sign(row: AnnualReport) -> str:
    return _("%(who)s trình; bạn là người ký") % {"who": row.handed_by}


def _why_review(row: AnnualReport) -> str:
    words = _("Nộp ngày %(day)s") % {"day": vn_date(row.submitted_at)}
    return words + (_("; nộp lại lần %(n)s") % {"n": row.revision} if row.revision > 1 else "")


def show_to_fill(pks: Collection[int], user: User) -> dict[int, Shown]:
    return _shown(pks, gettext_lazy("%(round)s: %(unit)s"), _why_fill, gettext_lazy("Mở báo cáo"))


def show_to_sign(pks: Collection[int], user: User) -> dict[int, Shown]:
    return _shown(pks, gettext_lazy("Ký %(round)s: %(unit)s"), _why_sign, gettext_lazy("Xem và ký"))


def show_to_review(pks: Collection[int], user: User) -> dict[int, Shown]:
    return _shown(
        pks, gettext_lazy("Thẩm tra %(round)s: %(unit)s"), _why_review, gettext_lazy("Thẩm tra"), "review_detail"
    )


register_source(Source("reports.sign", SIGN, to_sign, "moved_at", show_to_sign, due="due_on", position=80))
register_source(Source("reports.fill", FILL, to_fill, "moved_at", show_to_fill, due="due_on", position=81))
register_source(Source("reports.review", REVIEW, to_review, "moved_at", show_to_review, position=82))


def to_close(user: User) -> Any:
    """Locked rounds whose period has not been closed since: of whoever closes periods."""
    if not user.has_perm(CLOSE):
        return None
    since = PeriodClosing.objects.filter(period=OuterRef("period"), closed_at__gt=OuterRef("locked_at"))
    rows = ReportingRound.objects.filter(state="locked", period__isnull=False, locked_at__isnull=False)
    return rows.filter(~Exists(since))


def show_to_close(pks: Collection[int], user: User) -> dict[int, Shown]:
    found = {}
    for row in ReportingRound.objects.filter(pk__in=pks):
        found[row.pk] = Shown(
            title=_("Chốt kỳ %(code)s") % {"code": row.code},
            url=reverse("progress:closing_detail", args=[row.year]), sub=row.title, family="review",
            label=gettext_lazy("Chờ chốt số liệu"), icon="target-arrow",
            why=_("Kỳ báo cáo khóa sổ ngày %(day)s; số liệu của kỳ chưa chốt") % {"day": vn_date(row.locked_at)},
            act=gettext_lazy("Xem và chốt"),
        )  # fmt: skip
    return found


register_source(Source("reports.close", CLOSINGS, to_close, "locked_at", show_to_close, position=83))
