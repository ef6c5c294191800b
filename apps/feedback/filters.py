from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from apps.core.filters import ChoicesFilter
from apps.feedback.models import Feedback


class FeedbackFilter(FilterSet):
    state = ChoicesFilter(label=_("Trạng thái"), choices=Feedback.State.choices)
    kind = ChoicesFilter(label=_("Loại"), choices=Feedback.Kind.choices)

    class Meta:
        model = Feedback
        fields = ["state", "kind"]
