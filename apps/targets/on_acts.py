"""What of figures stands on an act of law: targets, definitions, closings."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.templatetags.ui import number, vn_datetime
from apps.documents.models import LegalDocument
from apps.documents.registry import Hanging, stands_on
from apps.organisations.selectors import unit_labels
from apps.targets.closings import PeriodClosing
from apps.targets.models import Indicator, IndicatorDefinition, Publication, Target


def _targets(document: LegalDocument, user: User) -> Iterator[Hanging]:
    rows = Target.objects.filter(legal_basis=document, indicator__in=Indicator.objects.visible_to(user))
    labels = unit_labels()
    for target in rows.select_related("indicator").order_by("indicator__position", "indicator__code", "year", "pk"):
        whose = f", {labels[target.unit_id].short_name}" if target.unit_id in labels else ""
        text = f"{target.indicator.code} {target.year}{whose}: {number(target.value)} {target.indicator.unit_label}"
        yield Hanging(text, target.indicator.get_absolute_url(), target.note)


def _definitions(document: LegalDocument, user: User) -> Iterator[Hanging]:
    rows = IndicatorDefinition.objects.filter(legal_basis=document, indicator__in=Indicator.objects.visible_to(user))
    for one in rows.select_related("indicator").order_by("indicator__position", "indicator__code", "version"):
        text = _("%(code)s, cách tính phiên bản %(version)s") % {"code": one.indicator.code, "version": one.version}
        yield Hanging(text, one.indicator.get_absolute_url())


def _closings(document: LegalDocument, user: User) -> Iterator[Hanging]:
    closings = PeriodClosing.objects.visible_to(user).filter(document=document).select_related("period")
    for closing in closings.order_by("period__year", "version"):
        address = reverse("progress:closing_detail", args=[closing.period.year])
        yield Hanging(str(closing), address, vn_datetime(closing.closed_at))


def _publications(document: LegalDocument, user: User) -> Iterator[Hanging]:
    rows = Publication.objects.visible_to(user).filter(document=document).select_related("closing__period")
    for one in rows.order_by("pk"):
        yield Hanging(str(one), one.get_absolute_url(), vn_datetime(one.published_at))


stands_on("targets", _("Mục tiêu"), _targets)
stands_on("definitions", _("Cách tính mục tiêu"), _definitions)
stands_on("closings", _("Chốt số liệu"), _closings)
stands_on("publications", _("Công bố số liệu"), _publications)
