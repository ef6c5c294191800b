from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.models import on
from apps.audit.registry import name_actions, name_keys, name_target, stay_at_hand
from apps.enterprises.history import ACTIONS
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.registers.history import hanging_on, of_files


def _pages(ids: Collection[str], user: Any) -> dict[str, str]:
    """A stage stands on the page of its enterprise."""
    if not user.has_perm("enterprises.view_enterprise"):
        return {}
    seen = ProgrammeEvent.objects.filter(programme__enterprise__in=Enterprise.objects.visible_to(user), pk__in=ids)
    return {
        str(pk): reverse("enterprises:enterprise_detail", args=[enterprise])
        for pk, enterprise in seen.values_list("pk", "programme__enterprise")
    }


name_actions({code: label for code, (label, _icon) in ACTIONS.items()})


def _hanging(key: str) -> Q:
    """Its stages, what was merged into it, and the imports of them all."""
    stages = list(ProgrammeEvent.objects.filter(programme__enterprise=int(key)).values_list("pk", flat=True))
    return hanging_on(Enterprise)(key) | on(ProgrammeEvent._meta.label_lower, stages) | of_files(ProgrammeEvent, stages)


def _named(enterprise: Enterprise) -> str:
    return f"{enterprise.name} ({enterprise.shown_tax_code})"


name_target(
    "enterprises.enterprise",
    permission="enterprises.view_enterprise",
    url_of=lambda pk: reverse("enterprises:enterprise_detail", args=[pk]),
    named=_named,
    hanging=_hanging,
)
name_target(
    "enterprises.programmeevent",
    _("Giai đoạn thực hiện của doanh nghiệp"),
    urls_of=_pages,
    named=lambda stage: f"{stage} · {_named(stage.programme.enterprise)}",
)
name_keys({"enterprise": _("mã doanh nghiệp")})
stay_at_hand("enterprise.%")  # likewise
