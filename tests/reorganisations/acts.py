"""Trial acts over the real units: what tests and journeys merge, split and rename."""

from datetime import date
from decimal import Decimal
from typing import Any

from apps.accounts.models import User
from apps.documents.services import DocumentFacts
from apps.organisations.models import OrganisationUnit, Reorganisation
from apps.reorganisations.services.plans import Plan, Result
from apps.reorganisations.services.reorganisations import record_reorganisation

Kind = Reorganisation.Kind
BAC_NINH, LAM_DONG, DONG_NAI = "VN-24-2025", "VN-68-2025", "VN-75-2025"
DOCUMENT = DocumentFacts("99/2026/QH16", "Nghị quyết", "Quốc hội", "Sắp xếp thử", date(2026, 11, 1))
MERGED = Result("Thành phố Bắc Lâm", "Bắc Lâm", "Thành phố", "Bac Lam City", code="97")


def unit(pk: str) -> OrganisationUnit:
    return OrganisationUnit.objects.get(pk=pk)


def merger(day: date, *units: str, result: Result = MERGED) -> Plan:
    return Plan(Kind.MERGER, [unit(pk) for pk in units or (BAC_NINH, LAM_DONG)], [result], day)


def split(day: date, *shares: str, of: str = LAM_DONG, heir: int = 0) -> Plan:
    results = [
        Result(
            f"Tỉnh Lâm Đồng {at}", f"Lâm Đồng {at}", "Tỉnh", code=f"7{at}", share=Decimal(share),
            takes_members=at == heir,
        )
        for at, share in enumerate(shares)
    ]  # fmt: skip
    return Plan(Kind.SPLIT, [unit(of)], results, day)


def renaming(day: date, of: str = LAM_DONG, name: str = "Tỉnh Lâm Viên", short: str = "Lâm Viên") -> Plan:
    return Plan(Kind.RENAMING, [unit(of)], [Result(name, short)], day)


def new_kind(day: date, of: str = LAM_DONG) -> Plan:
    return Plan(Kind.CHANGE_OF_KIND, [unit(of)], [Result("Thành phố Lâm Đồng", "Lâm Đồng", "Thành phố")], day)


def done(plan: Plan, by: User, document: Any = DOCUMENT) -> Reorganisation:
    return record_reorganisation(plan, document=document, by=by)
