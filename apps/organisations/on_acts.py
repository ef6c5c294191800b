"""What of units stands on an act of law: changes recorded here, and those that came with the facts' files."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.templatetags.ui import vn_date
from apps.documents.models import LegalDocument
from apps.documents.registry import Hanging, stands_on
from apps.organisations.models import OrganisationUnit, Reorganisation, Succession, UnitName
from apps.organisations.selectors import unit_labels


def _reorganisations(document: LegalDocument, user: User) -> Iterator[Hanging]:
    for act in Reorganisation.objects.visible_to(user).filter(document=document):
        yield Hanging(str(act), act.get_absolute_url(), str(_("đã rút")) if act.withdrawn_at else "")


def _successions(document: LegalDocument, user: User) -> Iterator[Hanging]:
    labels = unit_labels()
    for link in Succession.objects.filter(legal_basis__iregex=_said(document)):
        before, after = labels[link.predecessor_id], labels[link.successor_id]
        yield Hanging(f"{before.short_name} → {after.short_name}", after.url, vn_date(link.effective_on))


def _units(document: LegalDocument, user: User) -> Iterator[Hanging]:
    labels = unit_labels()
    units = OrganisationUnit.objects.visible_to(user).filter(basis__iregex=_said(document)).with_names().in_order()
    for unit in units:
        yield Hanging(labels[unit.pk].full_name, labels[unit.pk].url, vn_date(unit.valid_from))


def _names(document: LegalDocument, user: User) -> Iterator[Hanging]:
    labels = unit_labels()
    for name in UnitName.objects.filter(decision__iregex=_said(document)).order_by("short_name_sort", "pk"):
        yield Hanging(name.name, labels[name.unit_id].url, vn_date(name.valid_from))


def _said(document: LegalDocument) -> str:
    """The number as a whole word of a text: 82/QĐ-BKHCN is not 182/QĐ-BKHCN."""
    plain = "".join(rf"\{char}" if not char.isalnum() else char for char in document.number)
    return rf"(^|[^[:alnum:]/-]){plain}($|[^[:alnum:]/-])"


stands_on("reorganisations", _("Sắp xếp đơn vị ghi nhận trên cổng"), _reorganisations)
stands_on("successions", _("Quan hệ kế thừa giữa các đơn vị"), _successions)
stands_on("units", _("Đơn vị lập theo văn bản này"), _units)
stands_on("names", _("Tên, loại đơn vị theo văn bản này"), _names)
