from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from apps.core.filters import ChoicesFilter
from apps.webhooks.models import Subscription


class SubscriptionFilter(FilterSet):
    state = ChoicesFilter(label=_("Trạng thái"), choices=Subscription.State.choices)

    class Meta:
        model = Subscription
        fields = ["state"]
