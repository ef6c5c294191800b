"""By what the queue of reviews is narrowed."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from apps.core.filters import ChoicesFilter, TextFilter
from apps.organisations.search import find_units
from apps.reports.models import AnnualReport, FormVersion, ReportingRound
from apps.reports.moving import State

REVIEWED = [(one.value, one.label) for one in (State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.LOCKED)]


def rounds() -> list[tuple[str, str]]:
    return list(ReportingRound.objects.exclude(state="draft").values_list("code", "title"))


class QueueFilter(FilterSet):
    """Unless a state is asked for, what waits for a verdict."""

    q = TextFilter(label=_("Tìm đơn vị, kể cả tên cũ"), method="search")
    state = ChoicesFilter(label=_("Trạng thái"), choices=REVIEWED, method="keep")
    audience = ChoicesFilter(label=_("Loại đơn vị"), field_name="form__audience", choices=FormVersion.Audience.choices)
    round = ChoicesFilter(label=_("Kỳ"), field_name="round__code", choices=rounds)
    reviewer = ChoiceFilter(
        label=_("Người thẩm tra"), choices=[("me", _("Của tôi")), ("none", _("Chưa có người thẩm tra"))],
        empty_label=_("Mọi người"), method="of_whom",
    )  # fmt: skip

    class Meta:
        model = AnnualReport
        fields = ["q", "state", "audience", "round", "reviewer"]

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(unit__in=find_units(value))

    def keep(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset

    def of_whom(self, queryset: Any, name: str, value: str) -> Any:
        if value == "me":
            return queryset.filter(reviewer=self.request.user)
        return queryset.filter(reviewer__isnull=True)

    def filter_queryset(self, queryset: Any) -> Any:
        states = self.form.cleaned_data.get("state") or [State.SUBMITTED]
        return super().filter_queryset(queryset).filter(state__in=states)
