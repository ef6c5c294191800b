"""What the pages of people show: roles over time as the viewer may see them, the state of the account."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.models import AuditEvent, label_of
from apps.core.templatetags.ui import vn_date
from apps.organisations.selectors import unit_labels
from apps.people.granting import granting_of
from apps.people.models import Membership, MembershipQuerySet, Person, SecondFactorReset
from apps.people.roles import ROLE_LABELS

AT_ONCE = "membership.ended_at_once"


def role_label(role: str) -> str:
    return str(ROLE_LABELS.get(role, role))


def unit_name(unit: str) -> str:
    """Every province has a Sở KH&CN: a unit below another is named with it."""
    return unit_labels()[unit].distinct_name


@dataclass(frozen=True)
class Held:
    """One role of one person, and what the viewer may do about it."""

    membership: Membership
    role: str
    unit: str
    unit_url: str
    state: str  # now, ahead, over
    may: frozenset[str] = field(default_factory=frozenset)
    deputies: tuple[Membership, ...] = ()  # who acts in it, today or later
    acted_for: str = ""  # of one whose row is gone
    is_at_once: bool = False  # ended on the day on which it began

    def only(self, *acts: str) -> "Held":
        """The same with these acts at most: a page is about one thing."""
        return replace(self, may=self.may & set(acts))

    @property
    def acting_for(self) -> str:
        acting = self.membership.acting_for
        return str(acting.user) if acting else self.acted_for

    @property
    def deputies_in_words(self) -> list[str]:
        return [f"{row.user}, {days_of(row)}" for row in self.deputies]

    @property
    def days(self) -> str:
        return days_of(self.membership)

    @property
    def ends_today(self) -> bool:
        return ends_today(self.membership)


def days_of(row: Membership) -> str:
    return f"{vn_date(row.valid_from)} – {vn_date(row.valid_to) if row.valid_to else _('nay')}"


def ends_today(row: Membership) -> bool:
    return row.valid_to == timezone.localdate()


def seen_memberships(viewer: User) -> MembershipQuerySet:
    """Roles the viewer may know of: of the units looked after, and one's own."""
    return Membership.objects.visible_to(viewer) | Membership.objects.filter(user=viewer.pk)


def held_by(person: User, viewer: User) -> list[Held]:
    """Roles over time, those in force first. Roles in other units are not shown, not even counted."""
    rows = seen_memberships(viewer).filter(user=person.pk)
    found = held_rows(rows.select_related("unit", "role", "acting_for__user"), viewer) + ended_at_once(person, viewer)
    order = {"now": 0, "ahead": 1, "over": 2}
    return sorted(found, key=lambda one: (order[one.state], one.membership.valid_from, one.membership.pk or 0))


def ended_at_once(person: User, viewer: User) -> list[Held]:
    """Roles that were taken away on their first day: no day of them is left as a row, the audit has them."""
    scope, events = viewer.units_with("people.view_membership"), AuditEvent.objects.filter(action=AT_ONCE)
    events = events.filter(target_type=label_of(person), target_id=str(person.pk))
    if not scope.everything and person.pk != viewer.pk:
        events = events.filter(unit__in=scope.ids)
    labels, found = unit_labels(), []
    for event in events:
        label, day = labels.get(event.unit), timezone.localdate(event.at)
        name, url = (label.distinct_name, label.url) if label else (event.unit_name, "")
        day_of_it, role = Membership(valid_from=day, valid_to=day), role_label(event.data.get("role", ""))
        acted_for = event.data.get("acting_for", "")
        found.append(Held(day_of_it, role, name, url, "over", acted_for=acted_for, is_at_once=True))
    return found


def held_rows(memberships: Iterable[Membership], viewer: User) -> list[Held]:
    memberships = list(memberships)
    labels, granting, deputies = unit_labels(), granting_of(viewer), deputies_in(memberships)
    deputisable = set(Membership.objects.deputisable_by(viewer).values_list("pk", flat=True))
    found = []
    for row in memberships:
        label, state = labels[row.unit_id], _state(row)
        may = {"deputise"} if row.pk in deputisable else set()
        if row.user_id != viewer.pk and state != "over" and granting.may_end(row.unit, row.role):
            is_given = row.role.name in granting.roles_in(row.unit)
            may |= {"end"} | ({"extend"} if is_given and row.valid_to and not row.acting_for_id else set())
        for_viewer = row.acting_for is not None and row.acting_for.user_id == viewer.pk
        if row.acting_for and row.user_id != viewer.pk and state != "over" and ("end" in may or for_viewer):
            may |= {"end_deputy"}
        role, unit = role_label(row.role.name), unit_name(row.unit_id)
        found.append(Held(row, role, unit, label.url, state, frozenset(may), tuple(deputies.get(row.pk, ()))))
    return found


def deputies_in(memberships: Iterable[Membership]) -> dict[int, list[Membership]]:
    """Who acts in these roles, today or later, by the role's id: told to whoever may know of the role itself."""
    rows = Membership.objects.filter(acting_for__in=[row.pk for row in memberships])
    found: dict[int, list[Membership]] = {}
    for row in rows.exclude(valid_to__lt=timezone.localdate()).select_related("user").order_by("valid_from", "pk"):
        found.setdefault(row.acting_for_id or 0, []).append(row)
    return found


def _state(row: Membership) -> str:
    today = timezone.localdate()
    if row.valid_to and row.valid_to < today:
        return "over"
    return "ahead" if row.valid_from > today else "now"


def open_reset(person: Person, viewer: User) -> SecondFactorReset | None:
    rows = SecondFactorReset.objects.visible_to(viewer).open().select_related("requested_by")
    return rows.filter(user=person.pk).first()
