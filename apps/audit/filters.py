from datetime import date, datetime, time
from functools import reduce
from operator import or_

from django.contrib.auth import get_user_model
from django.db.models import Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from apps.audit.models import AuditEvent, AuditEventQuerySet
from apps.audit.registry import about, action_choices, target_choices, unit_choices, units_called, units_stood_for
from apps.core.filters import ChoicesFilter, CodesFilter, DayFilter, TextFilter
from apps.core.models import INDEXED, VnFold


class AuditEventFilter(FilterSet):
    """Every filter has its index: the table grows for the programme's whole life."""

    q = TextFilter(label=_("Người thực hiện (họ tên, thư điện tử) hoặc tên đối tượng"), method="by_words")
    since = DayFilter(label=_("Từ ngày"), method="from_day")
    until = DayFilter(label=_("Đến ngày"), method="to_day")
    action = CodesFilter(label=_("Hành động"), choices=action_choices)
    unit = ChoicesFilter(label=_("Đơn vị"), choices=(), method="of_units")
    target_type = CodesFilter(label=_("Loại đối tượng"), choices=target_choices, method="of_kinds")
    target_id = TextFilter(label=_("Mã đối tượng"), method="of_object")
    request_id = TextFilter(label=_("Mã yêu cầu, mã sự cố"), method="by_request")

    class Meta:
        model = AuditEvent
        fields = ["q", "since", "until", "action", "unit", "target_type", "target_id", "request_id"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.filters["unit"].extra["choices"] = unit_choices(self.request.user.units_with("audit.view_auditevent"))

    def of_units(self, rows: AuditEventQuerySet, name: str, units: list[str]) -> AuditEventQuerySet:
        """A unit of today stands for its past too, as in other lists: what was done there was filed under that."""
        return rows.filter(unit__in=units_stood_for(units))

    def by_words(self, rows: AuditEventQuerySet, name: str, value: str) -> AuditEventQuerySet:
        """Who did it, or to what: accounts and units are few, so their ids are found first, then the rows by index.

        Any other object by the name that the row has kept, from as many characters on as its index knows.
        """
        said = Q(email__icontains=value) | Q(full_name__icontains=value)
        people = get_user_model()._default_manager.filter(said).values_list("pk", flat=True)
        kind, units = units_called(value)
        wanted = Q(actor_id__in=list(people)) | Q(target_type=kind, target_id__in=units)
        if len(value) >= INDEXED:
            rows = rows.alias(target_words=VnFold("target"))
            wanted |= Q(target_words__contains=VnFold(Value(value)))
        return rows.filter(wanted)

    def of_kinds(self, rows: AuditEventQuerySet, name: str, kinds: list[str]) -> AuditEventQuerySet:
        return rows if self.form.cleaned_data.get("target_id") else rows.filter(target_type__in=kinds)

    def of_object(self, rows: AuditEventQuerySet, name: str, key: str) -> AuditEventQuerySet:
        """An object is known by kind and key; with it comes what its page tells of: its parts, what was merged into it
        and the imports that brought it.
        """
        kinds = self.form.cleaned_data.get("target_type")
        if not kinds:
            return rows.filter(target_id=key)
        return rows.filter(reduce(or_, (about(kind, key) for kind in kinds)))

    def from_day(self, rows: AuditEventQuerySet, name: str, value: date) -> AuditEventQuerySet:
        return rows.filter(at__gte=_start_of(value))

    def to_day(self, rows: AuditEventQuerySet, name: str, value: date) -> AuditEventQuerySet:
        return rows.filter(at__lte=timezone.make_aware(datetime.combine(value, time.max)))

    def by_request(self, rows: AuditEventQuerySet, name: str, value: str) -> AuditEventQuerySet:
        return rows.filter(request_id=value.strip().upper())


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
