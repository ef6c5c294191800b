"""The target of MT5 given to the provinces of then until 2025, and a draft of what comes after, out for comment.

The numbers are invented and their act says so: nobody gave anybody these targets.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.allocations import services
from apps.allocations.dividing import divided
from apps.allocations.models import Allocation, Portion
from apps.allocations.selectors import ground_of
from apps.allocations.services import Entry
from apps.documents.models import LegalDocument
from apps.people.models import Membership
from apps.targets.models import Indicator, Target, UnitStatistic
from program996.demo.years import Cycle

CODE, FIRST, MILESTONE, GOAL = "MT5", 2019, 2025, 2030
BEFORE_THE_MERGER = date(2025, 6, 30)
MANAGING = ("BCT", "BNNMT", "BXD", "BYT", "BQP")
MORE = Decimal("1.3")  # so many times their recent pace they are asked
DAYS_TO_COMMENT = 14


def load_allocations(prepared_by: User, by: User, cycle: Cycle) -> None:
    five = Indicator.objects.get(code=CODE)
    first = services.draft_allocation(five, FIRST, MILESTONE, by=prepared_by, units_on=BEFORE_THE_MERGER)
    whole = Target.objects.get(indicator=five, unit=None, year=MILESTONE).value
    services.write_amounts(first, _by_active(first, whole), by=prepared_by)
    services.approve(services.propose(first, by=prepared_by), _act(), by=by)
    draft = services.draft_allocation(five, cycle.running, GOAL, by=prepared_by)
    services.fill_by_share(draft, by=prepared_by)
    services.write_amounts(draft, _retouched(draft), by=prepared_by)
    services.circulate(draft, timezone.localdate() + timedelta(days=DAYS_TO_COMMENT), by=prepared_by)
    _comment(draft)


def _by_active(allocation: Allocation, whole: Decimal) -> list[Entry]:
    """In proportion to the active enterprises of the last year before the merger."""
    units = list(allocation.portions.filter(is_beside=False).values_list("unit", flat=True))
    rows = UnitStatistic.objects.filter(year=BEFORE_THE_MERGER.year - 1, unit__in=units)
    known = dict(rows.values_list("unit", "value"))
    parts = divided(whole, [known.get(unit, Decimal(0)) for unit in units], Decimal(1))
    return [Entry(unit, None, part) for unit, part in zip(units, parts, strict=True)]


def _retouched(draft: Allocation) -> list[Entry]:
    """Parts of ministries by their pace, and two provinces that are asked for a little less than their share."""
    ground, there = ground_of(draft), set(draft.portions.values_list("unit", flat=True))
    found = [
        Entry(unit, None, Decimal(round((ground.recent_of(unit) or 0) * MORE * len(draft.years))))
        for unit in MANAGING
        if unit in there
    ]
    for unit, part in (("VN-68-2025", Decimal("0.95")), ("VN-79-2025", Decimal("0.98"))):
        portion = draft.portions.filter(unit=unit).first()
        if portion is not None:
            own = sum((line.amount or 0 for line in portion.lines.all()), Decimal(0))
            found.append(Entry(unit, None, Decimal(round(own * part))))
    return found


def _comment(draft: Allocation) -> None:
    """One province agrees, another wishes less; the others have not said a word yet."""
    for unit, share in (("VN-24-2025", None), ("VN-68-2025", Decimal("0.9"))):
        member = Membership.objects.filter(unit=unit, role__name="unit_editor").select_related("user").first()
        portion = Portion.objects.filter(allocation=draft, unit=unit).first()
        if member is None or portion is None:
            continue
        given = sum((line.amount or 0 for line in portion.lines.all()), Decimal(0))
        wish = None if share is None else Decimal(round(given * share))
        text = "" if share is None else _("Nhiều doanh nghiệp nhỏ, chưa dùng phương tiện đo (số liệu minh họa)")
        services.comment_portion(portion, wish=wish, text=text, by=member.user)


def _act() -> LegalDocument:
    return LegalDocument.objects.create(
        number="2204/QĐ-MINH-HOA", kind=_("Quyết định"), issuer=_("Số liệu minh họa"),
        title=_("Giao chỉ tiêu doanh nghiệp đến năm 2025 cho các tỉnh, thành phố (số liệu minh họa)"),
        issued_on=date(2021, 3, 15),
    )  # fmt: skip
