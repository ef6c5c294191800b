from datetime import date, datetime, time

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from apps.audit.models import AuditEvent, AuditEventQuerySet
from apps.audit.registry import action_choices, target_choices, unit_names
from apps.core.filters import ChoicesFilter, CodesFilter, DayFilter, TextFilter


class AuditEventFilter(FilterSet):
    """Every filter has its index: the table grows for the programme's whole life."""

    q = TextFilter(label=_("Người thực hiện: họ tên hoặc thư điện tử"), method="by_person")
    since = DayFilter(label=_("Từ ngày"), method="from_day")
    until = DayFilter(label=_("Đến ngày"), method="to_day")
    action = CodesFilter(label=_("Hành động"), choices=action_choices)
    unit = ChoicesFilter(label=_("Đơn vị"), choices=())
    target_type = CodesFilter(label=_("Loại đối tượng"), choices=target_choices)
    target_id = TextFilter(label=_("Mã đối tượng"))
    request_id = TextFilter(label=_("Mã sự cố"), method="by_request")

    class Meta:
        model = AuditEvent
        fields = ["q", "since", "until", "action", "unit", "target_type", "target_id", "request_id"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.filters["unit"].extra["choices"] = self.unit_choices()

    def unit_choices(self) -> list[tuple[str, str]]:
        scope = self.request.user.units_with("audit.view_auditevent")
        units = unit_names()
        return [(pk, units[pk].distinct_name) for pk in sorted(units, key=lambda pk: units[pk].sort) if pk in scope]

    def by_person(self, rows: AuditEventQuerySet, name: str, value: str) -> AuditEventQuerySet:
        """Accounts are few and never deleted: their ids are found first, then the rows by index."""
        said = Q(email__icontains=value) | Q(full_name__icontains=value)
        return rows.filter(
            actor_id__in=list(get_user_model()._default_manager.filter(said).values_list("pk", flat=True))
        )

    def from_day(self, rows: AuditEventQuerySet, name: str, value: date) -> AuditEventQuerySet:
        return rows.filter(at__gte=_start_of(value))

    def to_day(self, rows: AuditEventQuerySet, name: str, value: date) -> AuditEventQuerySet:
        return rows.filter(at__lte=timezone.make_aware(datetime.combine(value, time.max)))

    def by_request(self, rows: AuditEventQuerySet, name: str, value: str) -> AuditEventQuerySet:
        return rows.filter(request_id=value.strip().upper())


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
