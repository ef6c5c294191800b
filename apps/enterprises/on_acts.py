"""What of the registers beside the enterprises stands on an act."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.templatetags.ui import vn_date
from apps.documents.models import LegalDocument
from apps.documents.registry import Hanging, stands_on
from apps.enterprises.models import ManagingMinistry, PrioritySector, ProgrammeEvaluation, SupportActivity


def _priorities(document: LegalDocument, user: User) -> Iterator[Hanging]:
    rows: Any = PrioritySector.objects.visible_to(user).live().filter(act=document)
    for row in rows.order_by("number", "vsic_version", "vsic", "pk"):
        words = f"{row.number}. {row.sector} (VSIC {row.vsic_version}: {row.vsic})"
        yield Hanging(words, row.get_absolute_url())


def _ministries(document: LegalDocument, user: User) -> Iterator[Hanging]:
    rows: Any = ManagingMinistry.objects.visible_to(user).live().filter(act=document)
    for row in rows.order_by("name_sort", "-since", "pk"):
        yield Hanging(f"{row.name}, {vn_date(row.since)}", row.get_absolute_url())


def _evaluations(document: LegalDocument, user: User) -> Iterator[Hanging]:
    rows: Any = ProgrammeEvaluation.objects.visible_to(user).live().filter(act=document)
    for row in rows.order_by("-year", "name_sort", "pk"):
        yield Hanging(f"{row.name}, {row.year}", row.get_absolute_url())


def _support(document: LegalDocument, user: User) -> Iterator[Hanging]:
    rows: Any = SupportActivity.objects.visible_to(user).live().filter(act=document)
    for row in rows.order_by("-held_on", "pk"):
        yield Hanging(f"{row.recipient}, {vn_date(row.held_on)}", row.get_absolute_url())


stands_on("priority_sectors", _("Ngành, lĩnh vực trọng tâm"), _priorities)
stands_on("managing_ministries", _("Bộ, ngành quản lý doanh nghiệp"), _ministries)
stands_on("evaluations", _("Đánh giá chương trình"), _evaluations)
stands_on("support", _("Hoạt động hỗ trợ doanh nghiệp"), _support)
