"""A new version of an indicator's definition: how it is counted from a day on, by which act."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.programme import programme
from apps.core.templatetags.ui import vn_date
from apps.core.text import clean_text
from apps.documents.models import LegalDocument
from apps.progress.sources import COUNTS
from apps.targets.facts import Text
from apps.targets.models import Indicator, IndicatorDefinition, Period, PeriodClosing
from apps.targets.services import request_recompute

DEFINE = "targets.add_indicatordefinition"
TEXT_LIMIT = 2000


def kinds_of(indicator: Indicator) -> Mapping[str, Text]:
    """The kinds of things among which a definition chooses, by their codes; none where it chooses none."""
    count = COUNTS.get(indicator.code)
    if count is None:
        return {}
    source = count.parts[0].source
    return source.kinds.words if source.kinds and programme().fed_by(source.name) == indicator.code else {}


@transaction.atomic
def define_indicator(
    indicator: Indicator, *, text: str, kinds: Sequence[str], valid_from: date, document: LegalDocument, by: User,
    version: int | None = None,
) -> IndicatorDefinition:  # fmt: skip
    """Write the next version, and have everything counted anew that counts such rows. No closed period moves.

    `version` is the one the person was shown that it would become: nothing is taken back, so nobody writes on from a
    text that another has replaced meanwhile.
    """
    if not by.has_perm(DEFINE):
        raise PermissionDenied
    indicator = Indicator.objects.select_for_update().get(pk=indicator.pk)
    last = indicator.definitions.last()
    following = last.version + 1 if last else 1
    if version is not None and version != following:
        words = _("Vừa có phiên bản %(version)s của định nghĩa này. Mở lại trang để xem rồi soạn tiếp.")
        raise ValidationError(words, code="stale", params={"version": following - 1})
    _check_day(valid_from, last)
    text, kinds = clean_text(text), _checked(indicator, kinds)
    if last and (last.text, sorted(last.kinds)) == (text, kinds):
        raise ValidationError(_("Không khác phiên bản đang có: sửa nội dung hoặc loại hình."), code="same")
    made = IndicatorDefinition(
        indicator=indicator, version=following, valid_from=valid_from, text=text, kinds=kinds,
        legal_basis=document, entered_by=by,
    )  # fmt: skip
    made.full_clean()
    made.save()
    was = {"definition": last.text, "kinds": last.kinds} if last else None
    told = {"version": made.version, "valid_from": valid_from, "definition": text, "kinds": kinds}
    record(
        "indicator.defined", target=made, by=by, before=was, after=told | {"document": document.number},
        indicator=indicator.code,
    )  # fmt: skip
    for source in _sources(indicator):
        request_recompute(source, by=by)
    return made


def _sources(indicator: Indicator) -> list[str]:
    count = COUNTS.get(indicator.code)
    return sorted({source.name for source in count.sources}) if count else []


def _checked(indicator: Indicator, kinds: Sequence[str]) -> list[str]:
    """All of them is what none named means: both are written as none."""
    known = kinds_of(indicator)
    if unknown := set(kinds) - set(known):
        words = _("Không có loại hình %(kinds)s.") % {"kinds": ", ".join(sorted(unknown))}
        raise ValidationError({"kinds": ValidationError(words, code="kinds")})
    return [] if set(kinds) == set(known) else sorted(set(kinds))


def _check_day(day: date, last: IndicatorDefinition | None) -> None:
    """After the version before, and behind every closed period: whoever closes one waits for us, or we for them."""
    if last and day <= last.valid_from:
        words, told = _("Phiên bản %(version)s áp dụng từ %(day)s. Nhập ngày sau đó"), last.valid_from
        _refuse(words % {"version": last.version, "day": vn_date(told)}, "before_the_last")
    if not list(Period.objects.select_for_update().filter(ends_on__gte=day).order_by("year")):
        # As nothing is taken back, a slip in the year would leave no day before it to any later version.
        _refuse(_("Sau ngày cuối của kỳ số liệu cuối cùng. Nhập ngày sớm hơn"), "beyond")
    closed = PeriodClosing.objects.filter(period__ends_on__gte=day).aggregate(last=Max("period__ends_on"))["last"]
    if closed:
        words = _("Số liệu đến hết ngày %(day)s đã chốt. Nhập ngày sau đó")
        _refuse(words % {"day": vn_date(closed)}, "closed")


def _refuse(words: str, code: str) -> None:
    raise ValidationError({"valid_from": ValidationError(words, code=code)})
