import django_filters as filters
from django.utils.translation import gettext_lazy as _

from apps.jobs.models import Job
from apps.jobs.registry import kind_choices


class JobFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label=_("Trạng thái"), choices=Job.State.choices, empty_label=_("Tất cả"))
    kind = filters.ChoiceFilter(label=_("Loại tác vụ"), choices=kind_choices, empty_label=_("Tất cả"))

    class Meta:
        model = Job
        fields = ["state", "kind"]
