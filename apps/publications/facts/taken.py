"""Taking the facts of a book: everything that it will say in numbers, as known at one moment."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.selectors import is_illustrative
from apps.core.kept_words import in_vietnamese
from apps.core.memo import kept
from apps.core.wall import wall_open
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import programme_office, unit_labels
from apps.publications.facts.told import Asked, Facts, providers
from apps.publications.models.books import Kind, first_year
from apps.targets.models import Period


def asked_of(span: str, year: int, unit: str | None, as_of: datetime) -> Asked:
    period = Period.objects.get(year=year)
    return Asked(
        kind=Kind.UNIT if unit else Kind.NATIONAL,
        span=str(span),
        years=tuple(range(first_year(span, year), year + 1)),
        unit=unit,
        as_of=as_of,
        day=min(period.ends_on, timezone.localdate(as_of)),
    )


@in_vietnamese()
@wall_open("a book tells the figures of its unit and of the country")
def take_facts(asked: Asked) -> Facts:
    """The same at any later time, as far as the history of rows tells what they were."""
    with kept():  # names of units are the same for every table
        facts = Facts(about=_about(asked))
        for provider in providers():
            provider(asked, facts)
    return facts


def _about(asked: Asked) -> dict[str, Any]:
    return {
        "kind": str(asked.kind), "span": asked.span, "years": list(asked.years), "unit": asked.unit,
        "as_of": asked.as_of.isoformat(), "day": asked.day.isoformat(), "illustrative": is_illustrative(),
        "issuer": _issuer(asked.unit),
    }  # fmt: skip


def _issuer(unit: str | None) -> dict[str, str]:
    """Who issues it, as the head of the paper names it; by its kind of unit somebody signs. Kept with the facts: names
    change.
    """
    labels = unit_labels()
    if unit is None:
        office = programme_office()
        above = labels.get(office.parent or "") if office else None
        body = above or office
        name = body.full_name if body else _("Bộ Khoa học và Công nghệ")
        symbol = body.id if body else "BKHCN"
        return {"superior": "", "body": name, "in_full": name, "symbol": f"BC-{symbol}", "place": _("Hà Nội"),
                "to": _("Thủ tướng Chính phủ"), "kind": body.kind if body else ""}  # fmt: skip
    label = labels[unit]
    if label.kind == OrganisationUnit.Kind.PROVINCE:
        name = label.full_name[:1].lower() + label.full_name[1:]
        people = f"{_('Ủy ban nhân dân')} {name}"
        return {"superior": "", "body": people, "in_full": people, "symbol": "BC-UBND", "place": label.short_name,
                "to": _("Bộ Khoa học và Công nghệ"), "kind": label.kind}  # fmt: skip
    return {"superior": "", "body": label.full_name, "in_full": label.full_name, "symbol": f"BC-{label.id}",
            "place": _("Hà Nội"), "to": _("Bộ Khoa học và Công nghệ"), "kind": label.kind}  # fmt: skip
