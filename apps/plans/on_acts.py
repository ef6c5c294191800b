"""Which plans of units stand on an act."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.documents.models import LegalDocument
from apps.documents.registry import Hanging, stands_on
from apps.plans.models import UnitPlan


def _plans(document: LegalDocument, user: User) -> Iterator[Hanging]:
    for plan in UnitPlan.objects.visible_to(user).live().filter(act=document).order_by("-issued_on", "pk"):
        yield Hanging(f"{plan.number} {plan.title}", plan.get_absolute_url())


stands_on("plans", _("Kế hoạch triển khai Đề án"), _plans)
