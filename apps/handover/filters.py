from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from apps.core.filters import ChoicesFilter
from apps.handover.models import Handover


class HandoverFilter(FilterSet):
    state = ChoicesFilter(label=_("Trạng thái"), choices=Handover.State.choices)

    class Meta:
        model = Handover
        fields = ["state"]
