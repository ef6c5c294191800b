from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from apps.core.filters import ChoicesFilter, TextFilter
from apps.core.models import VnFold
from apps.core.text import fold
from apps.organisations.search import find_units
from apps.organisations.selectors import unit_labels, way_up, with_sub_units
from apps.people.held import seen_memberships, unit_name
from apps.people.models import (
    SOON,
    ApiToken,
    ApiTokenQuerySet,
    Invitation,
    InvitationQuerySet,
    Membership,
    MembershipQuerySet,
    Person,
    PersonQuerySet,
)
from apps.people.reviewing import waiting_for_review
from apps.people.roles import ROLE_LABELS

ALL = _("Tất cả")
ROLES = list(ROLE_LABELS.items())


def unit_choices(rows: QuerySet[Any]) -> list[tuple[str, str]]:
    """Units that occur in these rows, and those above them, by name."""
    labels, own = unit_labels(), rows.order_by().values_list("unit", flat=True).distinct()
    found = [labels[pk] for pk in {above for unit in own for above in way_up(unit)}]
    return [(label.id, unit_name(label.id)) for label in sorted(found, key=lambda label: label.sort)]


def _units_called(text: str) -> set[str]:
    """One word is a unit only where it is its whole name: whoever looks for «Hoa» means nobody of a «Sở Khoa học»."""
    asked = fold(text)
    if " " in asked:
        return with_sub_units(find_units(text))
    return with_sub_units(pk for pk, label in unit_labels().items() if asked == fold(label.short_name))


def _roles_called(text: str) -> list[str]:
    """Likewise from two words on, from where a word begins: «Quân» is no «quản trị viên»."""
    asked = fold(text)
    return [role for role, label in ROLES if " " in asked and f" {asked}" in f" {fold(str(label))}"]


class UnitsFilter(ChoicesFilter):
    """A unit stands for its departments too."""

    def filter(self, queryset: QuerySet, values: list[str]) -> QuerySet:
        return super().filter(queryset, sorted(with_sub_units(values)))


class PersonFilter(FilterSet):
    """Roles and units are those of today, and only those the person who looks may know of."""

    q = TextFilter(label=_("Tên, thư điện tử, đơn vị hoặc vai trò"), method="search", max_length=100)
    unit = ChoicesFilter(label=_("Đơn vị"), method="later")
    role = ChoicesFilter(label=_("Vai trò"), choices=ROLES, method="later")
    state = ChoiceFilter(
        label=_("Trạng thái"),
        empty_label=ALL,
        choices=[("open", _("Đang hoạt động")), ("closed", _("Đã đóng"))],
        method="in_state",
    )

    class Meta:
        model = Person
        fields = ["q", "unit", "role", "state"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen = seen_memberships(self.request.user).valid_on(timezone.localdate())
        self.filters["unit"].extra["choices"] = unit_choices(self.seen)

    def filter_queryset(self, queryset: PersonQuerySet) -> PersonQuerySet:
        """Unit and role are asked of one membership: the editor of this unit, not of any."""
        queryset = super().filter_queryset(queryset)
        asked = {"unit": "unit__in", "role": "role__name__in"}
        given = {asked[name]: self.form.cleaned_data[name] for name in asked if self.form.cleaned_data.get(name)}
        if "unit__in" in given:
            given["unit__in"] = with_sub_units(given["unit__in"])
        if given:
            pks = self.seen.filter(**given).values("pk")
            queryset = queryset.filter(Exists(Membership.objects.filter(user=OuterRef("pk"), pk__in=pks)))
        return queryset

    def later(self, queryset: PersonQuerySet, name: str, values: list[str]) -> PersonQuerySet:
        return queryset

    def search(self, queryset: PersonQuerySet, name: str, text: str) -> PersonQuerySet:
        """Also by where somebody works and as what, without accents."""
        held = self.seen.filter(Q(unit__in=_units_called(text)) | Q(role__name__in=_roles_called(text)))
        return queryset.filter(Q(pk__in=Person.objects.search(text).values("pk")) | Q(pk__in=held.values("user")))

    def in_state(self, queryset: PersonQuerySet, name: str, state: str) -> PersonQuerySet:
        return queryset.filter(is_active=state == "open")


class InvitationFilter(FilterSet):
    q = TextFilter(label=_("Tên hoặc thư điện tử"), method="search", max_length=100)
    state = ChoicesFilter(
        label=_("Trạng thái"),
        choices=Invitation.State.choices,
        method="in_state",
    )

    class Meta:
        model = Invitation
        fields = ["q", "state"]

    def search(self, queryset: InvitationQuerySet, name: str, text: str) -> InvitationQuerySet:
        return queryset.search(text)

    def in_state(self, queryset: InvitationQuerySet, name: str, wanted: list[str]) -> InvitationQuerySet:
        states: dict[str, Q] = {
            Invitation.State.OPEN: Q(pk__in=queryset.open().values("pk")),
            Invitation.State.EXPIRED: Q(pk__in=queryset.waiting().filter(expires_at__lte=timezone.now()).values("pk")),
            Invitation.State.ACCEPTED: Q(accepted_at__isnull=False),
            Invitation.State.WITHDRAWN: Q(withdrawn_at__isnull=False),
        }
        return queryset.filter(reduce(or_, (states[state] for state in wanted)))


class ApiTokenFilter(FilterSet):
    q = TextFilter(label=_("Tên mã, tài khoản"), method="search", max_length=100)
    unit = UnitsFilter(label=_("Đơn vị"))
    state = ChoicesFilter(
        label=_("Trạng thái"), choices=[("soon", _("Sắp hết hạn")), *ApiToken.State.choices], method="in_state"
    )

    class Meta:
        model = ApiToken
        fields = ["q", "unit", "state"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = ApiToken.objects.visible_to(self.request.user).filter(unit__isnull=False)
        self.filters["unit"].extra["choices"] = unit_choices(seen)

    def search(self, queryset: ApiTokenQuerySet, name: str, text: str) -> ApiTokenQuerySet:
        named = Q(label_fold__contains=VnFold(Value(text))) | Q(owner__in=Person.objects.search(text).values("pk"))
        return queryset.alias(label_fold=VnFold("label")).filter(named)

    def in_state(self, queryset: ApiTokenQuerySet, name: str, wanted: list[str]) -> ApiTokenQuerySet:
        """Those that expire soon are among those that are active."""
        today = timezone.localdate()
        states: dict[str, Q] = {
            "soon": Q(revoked_at__isnull=True, expires_on__gte=today, expires_on__lte=today + SOON),
            ApiToken.State.ACTIVE: Q(revoked_at__isnull=True, expires_on__gte=today),
            ApiToken.State.EXPIRED: Q(revoked_at__isnull=True, expires_on__lt=today),
            ApiToken.State.REVOKED: Q(revoked_at__isnull=False),
        }
        return queryset.filter(reduce(or_, (states[state] for state in wanted)))


class ReviewFilter(FilterSet):
    q = TextFilter(label=_("Tên hoặc thư điện tử"), method="search", max_length=100)
    unit = UnitsFilter(label=_("Đơn vị"))
    role = ChoicesFilter(label=_("Vai trò"), choices=ROLES, field_name="role__name")

    class Meta:
        model = Membership
        fields = ["q", "unit", "role"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = waiting_for_review(Membership.objects.editable_by(self.request.user))
        self.filters["unit"].extra["choices"] = unit_choices(waiting)

    def search(self, queryset: MembershipQuerySet, name: str, text: str) -> MembershipQuerySet:
        return queryset.filter(user__in=Person.objects.search(text).values("pk"))
