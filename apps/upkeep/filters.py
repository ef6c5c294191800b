from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from apps.core.filters import ChoicesFilter
from apps.upkeep.models import Run


class RunFilter(FilterSet):
    kind = ChoicesFilter(label=_("Loại"), choices=Run.Kind.choices)
    outcome = ChoicesFilter(label=_("Kết quả"), choices=Run.Outcome.choices)

    class Meta:
        model = Run
        fields = ["kind", "outcome"]
