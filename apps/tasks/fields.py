"""Choosing an item of the plan, or the task that a task is part of, by code or by words; money in triệu đồng."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.fields import TextField
from apps.core.models import VnFold
from apps.core.picking import PickField
from apps.framework.models import FrameworkItem
from apps.organisations.fields import Units
from apps.organisations.models import OrganisationUnit
from apps.people.models import Membership
from apps.people.rights import units_with
from apps.tasks.amounts import parse_millions, typed
from apps.tasks.models import PlanTask
from apps.tasks.moving import PREPARE

OFFERED = 200
LABEL = 110  # letters of a title in a label


def label_of_item(item: FrameworkItem) -> str:
    return Truncator(f"{item.code} – {item.title}").chars(LABEL)


def label_of_task(task: PlanTask) -> str:
    return Truncator(f"{task.code} – {task.title}").chars(LABEL)


def items_like(text: str) -> QuerySet[FrameworkItem]:
    rows: QuerySet[FrameworkItem] = FrameworkItem.objects.items()
    return like(rows, text) if text else rows


def like(rows: QuerySet[FrameworkItem], text: str) -> QuerySet[FrameworkItem]:
    """By the beginning of the code, with or without its list, or by words of the title without accents."""
    rows = rows.alias(fold=VnFold("title"))
    return rows.filter(Q(code__istartswith=text) | Q(number__istartswith=text) | Q(fold__contains=VnFold(Value(text))))


def parents_like(text: str, user: User) -> Any:
    """Tasks of the person's own units that are not parts themselves."""
    rows = PlanTask.objects.editable_by(user).live().filter(parent=None)
    return (rows.search(text) if text else rows).order_by("-year", "code")


def units_to_lead(user: User) -> Units:
    """Units not ended for which the person may write tasks; of whoever serves the whole programme its office."""
    scope = units_with(user, "tasks.add_plantask")
    rows = OrganisationUnit.objects.exclude(valid_to__lt=timezone.localdate())
    own = Q(pk__in=sorted(scope.ids))
    return rows.filter(own | Q(is_programme_office=True) if scope.everything else own)


def _code_in(label: str) -> str:
    """Of a label, or a code by itself; what stands behind it is for people."""
    return label.partition(" – ")[0].strip().rstrip(".")


class ItemField(PickField):
    route = "tasks:frameworkitem_choices"
    unknown = gettext_lazy("Không có hạng mục “%(text)s” trong kế hoạch")

    def named(self, text: str) -> Sequence[FrameworkItem]:
        found = list(FrameworkItem.objects.filter(code__iexact=_code_in(text)))
        if found and found[0].kind != FrameworkItem.Kind.ITEM:
            raise ValidationError(_("Chọn hạng mục, không chọn đề mục."), code="heading")
        return found

    def near(self, text: str) -> Sequence[FrameworkItem]:
        return list(items_like(text)[:5])

    def label_of(self, row: FrameworkItem) -> str:
        return label_of_item(row)

    def labels(self) -> Iterable[str]:
        return [label_of_item(row) for row in items_like("")]

    def prepare_value(self, value: Any) -> Any:
        """A code, as links say it, is shown with its title."""
        if isinstance(value, str) and value.isprintable() and " – " not in value:
            found = FrameworkItem.objects.items().filter(pk=value).first()
            return label_of_item(found) if found else value
        return super().prepare_value(value)


class ParentField(PickField):
    """`offer_to(user)`: among the tasks that the person may write."""

    route = "tasks:plantask_choices"
    unknown = gettext_lazy("Không có nhiệm vụ “%(text)s” của đơn vị bạn")
    user: User | None = None

    def offer_to(self, user: User) -> None:
        self.user = user

    def named(self, text: str) -> Sequence[PlanTask]:
        return list(self._rows("").filter(code__iexact=_code_in(text)))

    def near(self, text: str) -> Sequence[PlanTask]:
        return list(self._rows(text)[:5])

    def _rows(self, text: str) -> Any:
        return parents_like(text, self.user) if self.user else PlanTask.objects.none()

    def label_of(self, row: PlanTask) -> str:
        return label_of_task(row)

    def labels(self) -> Iterable[str]:
        return [label_of_task(row) for row in self._rows("")[:OFFERED]]


class MillionsField(TextField):
    """Đồng, typed and shown in triệu đồng: 1.234,5 or 1234,5. Nothing below one đồng."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(max_length=40, **{"widget": forms.TextInput(attrs), **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return typed(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        return parse_millions(text) if text else None


def colleagues_of(user: User) -> QuerySet[User]:
    """Who may be given tasks: those who work today where the person may write them, in a role that writes them too."""
    scope = units_with(user, PREPARE)
    units = OrganisationUnit.objects.filter(is_programme_office=True).values("pk")
    writing = Group.objects.filter(permissions__codename=PREPARE.partition(".")[2]).values("pk")
    held = Membership.objects.valid_on(timezone.localdate()).filter(
        user=OuterRef("pk"), role__in=writing, unit__in=units if scope.everything else sorted(scope.ids)
    )
    return User.objects.filter(Exists(held), is_active=True).order_by("full_name", "pk")
