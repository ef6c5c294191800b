"""In whose name a report is signed, above the signatory's name: the lines of NĐ 30/2020/NĐ-CP.

A People's Committee signs as a body (TM.), a deputy for the head (KT.). Who signs by another power (TL., TUQ., Q.) or
holds an office that is neither head nor deputy writes it in the field of the office, and it stands as it was written.
"""

from typing import NamedTuple

from django.utils.translation import gettext as _

from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import unit_labels
from apps.reports.models import AnnualReport, FormVersion

Kind = OrganisationUnit.Kind
POWERS = ("tm.", "kt.", "tl.", "tuq.", "q.")


class Office(NamedTuple):
    """The head of a kind of unit, the head's deputy, and the body in whose name both sign."""

    head: str
    deputy: str
    body: str = ""


def authority_of(kind: str, position: str = "") -> tuple[str, ...]:
    """Without a position, as the head signs: who will is not known before."""
    office = _office(kind)
    if office is None:
        return (position or _("Thủ trưởng đơn vị"),)
    position = position or office.head
    body = (office.body,) if office.body else ()
    told = position.lower()
    if told.startswith("kt."):
        return (*body, position)
    if told.startswith(POWERS):
        return (position,)
    if told.startswith(office.deputy.lower()):
        return (*body, _("KT. %(head)s") % {"head": office.head}, position)
    return (*body, position) if told.startswith(office.head.lower()) else (position,)


def signer_words(report: AnnualReport) -> str:
    """Whose signature it takes, by the form and the kind of unit: «Bộ trưởng hoặc Thứ trưởng Bộ Y tế»."""
    label = unit_labels()[report.unit_id]
    if report.form.signer == FormVersion.Signer.FOCAL:
        return _("lãnh đạo đơn vị đầu mối của %(unit)s") % {"unit": label.short_name}
    office = _office(label.kind)
    if office is None:
        return _("người đứng đầu %(unit)s") % {"unit": label.full_name}
    told = {"head": office.head, "deputy": office.deputy, "unit": label.full_name}
    if office.body:
        told["unit"] = f"{_('Ủy ban nhân dân')} {label.full_name[:1].lower()}{label.full_name[1:]}"
    return _("%(head)s hoặc %(deputy)s %(unit)s") % told


def _office(kind: str) -> Office | None:
    """None: heads of such units have various titles."""
    if kind == Kind.PROVINCE:
        return Office(_("Chủ tịch"), _("Phó Chủ tịch"), _("TM. Ủy ban nhân dân"))
    if kind == Kind.MINISTRY:
        return Office(_("Bộ trưởng"), _("Thứ trưởng"))
    return None
