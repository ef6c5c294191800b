from datetime import date

import factory

from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from apps.enterprises.tax_codes import WEIGHTS

BAC_NINH = "VN-24-2025"


def tax_code(number: int) -> str:
    """A code whose check digit is right; numbers that can have none are stepped over, so neighbours may coincide."""
    while True:
        digits = f"24{number:07d}"
        check = 10 - sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True)) % 11
        if check < 10:
            return f"{digits}{check}"
        number += 500_000


class EnterpriseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Enterprise

    # Far from the low numbers that tests ask for by themselves, whichever sequence a worker has come to.
    tax_code = factory.Sequence(lambda n: tax_code(n + 2_000_001))
    name = factory.Sequence(lambda n: f"Công ty CP Thực phẩm Sông Cầu {n}")
    ownership = Enterprise.Ownership.PRIVATE
    unit_id = BAC_NINH
    located_on = date(2025, 8, 1)


class AssuranceProgrammeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AssuranceProgramme
        django_get_or_create = ["enterprise", "form"]

    enterprise = factory.SubFactory(EnterpriseFactory)
    form = AssuranceProgramme.Form.SERVED


class ProgrammeEventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ProgrammeEvent

    programme = factory.SubFactory(AssuranceProgrammeFactory)
    stage = ProgrammeEvent.Stage.APPLIED
    occurred_on = date(2026, 3, 12)
    unit_id = BAC_NINH
    reported_by_id = factory.SelfAttribute("unit_id")
