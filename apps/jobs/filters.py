from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from apps.core.filters import ChoicesFilter
from apps.jobs.models import Job
from apps.jobs.registry import kind_choices


class JobFilter(FilterSet):
    state = ChoicesFilter(label=_("Trạng thái"), choices=Job.State.choices)
    kind = ChoicesFilter(label=_("Loại tác vụ"), choices=kind_choices)

    class Meta:
        model = Job
        fields = ["state", "kind"]
