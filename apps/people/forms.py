"""Forms of people and their roles. A unit or role that exists passes: whose it is to give, the service says."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.factors import with_a_factor
from apps.accounts.forms import NOT_AN_ADDRESS
from apps.accounts.models import User
from apps.accounts.naming import require_domain, require_name
from apps.core.fields import REQUIRED, DayField, OnceForm, RefusableForm, TextField
from apps.core.text import fold
from apps.organisations.fields import UnitField, unit_names
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import heir_of
from apps.people.granting import backwards_of, colleagues_on, deputies_for, granting_of, units_to_grant_in
from apps.people.models import Membership, MembershipQuerySet, Person
from apps.people.roles import CENTRAL_ROLES, ROLE_LABELS
from apps.people.scopes import READ, WRITE, all_scopes, resources
from apps.people.services.tokens import Wanted, programs_of

USUAL_DAYS = 180
WORDS_OF_RIGHTS = {READ: gettext_lazy("Đọc"), WRITE: gettext_lazy("Đọc và ghi")}


class NamedChoiceField(forms.ChoiceField):
    """Offers what the person may choose; another name that exists goes on to the service, which answers 403."""

    def valid_value(self, value: str) -> bool:
        return value.isprintable()


class GrantUnitField(UnitField):
    """Offers the units in which the person may give roles; the id of another goes on to the service, likewise."""

    def named(self, text: str) -> Sequence[OrganisationUnit]:
        return super().named(text) or list(OrganisationUnit.objects.filter(pk=text))


class GrantForm(RefusableForm):
    unit = GrantUnitField(among="granting", label=gettext_lazy("Đơn vị"))
    role = NamedChoiceField(label=gettext_lazy("Vai trò"), error_messages=REQUIRED)
    valid_from = DayField(label=gettext_lazy("Từ ngày"))
    valid_to = DayField(
        label=gettext_lazy("Đến ngày"), required=False, help_text=gettext_lazy("Để trống nếu chưa biết ngày kết thúc.")
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = list(units_to_grant_in(by).with_names().in_order())
        self._granting = granting_of(by)
        roles: set[str] = set()
        for unit in units:
            roles |= self._granting.roles_in(unit)
        self._offered = {unit.pk for unit in units}, roles
        self.fields["unit"].offer_to(by)
        self.fields["role"].choices = [("", _("Chọn vai trò")), *_role_choices(roles)]
        self.initial.setdefault("valid_from", timezone.localdate())
        if self.initial.get("unit") not in self._offered[0]:
            self.initial["unit"] = units[0].pk if len(units) == 1 else ""

    def clean_role(self) -> Group:
        known = Group.objects.filter(name__in=ROLE_LABELS)
        return _found(known.filter(name=self.cleaned_data["role"]), _("Chọn vai trò."))

    def clean(self) -> dict[str, Any]:
        """Two choices that were both offered and do not go together are a mistake, not a want of rights."""
        facts = super().clean() or self.cleaned_data
        _refuse_backwards(self)
        unit, role = facts.get("unit"), facts.get("role")
        offered = self._offered
        if (
            unit and role and unit.pk in offered[0] and role.name in offered[1]
            and role.name not in self._granting.roles_in(unit)
        ):  # fmt: skip
            self.add_error("role", ValidationError(_misplaced(role.name), code="misplaced"))
        return facts

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("unit", "role", "valid_from", "valid_to")}


class InviteForm(GrantForm):
    field_order = ["email", "full_name"]
    email = forms.EmailField(
        label=gettext_lazy("Thư điện tử công vụ"), max_length=254, validators=[require_domain],
        error_messages=REQUIRED | {"invalid": NOT_AN_ADDRESS},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    full_name = TextField(
        label=gettext_lazy("Họ và tên"), max_length=150, required=False, validators=[require_name],
        help_text=gettext_lazy("Để trống thì người được mời tự nhập khi nhận lời mời."),
    )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        return super().facts() | {name: self.cleaned_data[name] for name in ("email", "full_name")}


class ExtendForm(RefusableForm):
    valid_to = DayField(
        label=gettext_lazy("Đến ngày"), required=False, help_text=gettext_lazy("Để trống nếu không định ngày kết thúc.")
    )


class When(TextChoices):
    NOW = "now", gettext_lazy("Kết thúc ngay")
    TODAY = "today", gettext_lazy("Hết ngày hôm nay")
    OTHER = "other", gettext_lazy("Ngày khác")


class EndForm(RefusableForm):
    when = forms.ChoiceField(
        label=gettext_lazy("Thời điểm kết thúc"), choices=When.choices, initial=When.TODAY, required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    last_day = DayField(
        label=gettext_lazy("Ngày cuối cùng giữ vai trò"), required=False,
        help_text=gettext_lazy("Chỉ nhập khi chọn “Ngày khác”."),
    )  # fmt: skip
    reason = TextField(label=gettext_lazy("Lý do"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        """`last_day` as the service has it: ended at once, yesterday was the last."""
        facts, today = self.cleaned_data, timezone.localdate()
        if facts.get("when") in (When.NOW, When.TODAY):
            self.errors.pop("last_day", None)  # what stands in a field that was not chosen is nothing
            facts["last_day"] = today - timedelta(days=facts["when"] == When.NOW)
        elif not facts.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", ValidationError(_("Nhập ngày cuối cùng giữ vai trò."), code="required"))
        return facts


USUAL_ABSENCE = timedelta(days=7)


class DeputyForm(RefusableForm):
    deputy: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("Người được ủy quyền"), queryset=None, error_messages=REQUIRED,
        help_text=gettext_lazy("Người của đơn vị hoặc của đơn vị trực thuộc."),
    )  # fmt: skip
    valid_from = DayField(label=gettext_lazy("Từ ngày"))
    valid_to = DayField(
        label=gettext_lazy("Đến hết ngày"), error_messages={"required": gettext_lazy("Nhập ngày kết thúc ủy quyền.")},
        help_text=gettext_lazy("Điền sẵn cho một tuần; sửa theo ngày trở lại. Mỗi lần dài nhất sáu tháng."),
    )  # fmt: skip

    def __init__(self, *args: Any, membership: Membership, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = deputies_for(membership)
        self.fields["deputy"].queryset = people
        shown = _candidates(membership, [one for one in people if one.pk != by.pk])
        self.fields["deputy"].choices = [("", _("Chọn người") if shown else _("Chưa có người để chọn")), *shown]
        if not shown:
            self.fields["deputy"].help_text = _(
                "Đơn vị chưa có người nào khác giữ vai trò: mời người dùng hoặc cấp vai trò trước, rồi ủy quyền."
            )
        self.initial.setdefault("valid_from", timezone.localdate())
        self.initial.setdefault("valid_to", timezone.localdate() + USUAL_ABSENCE - timedelta(days=1))

    def clean(self) -> dict[str, Any]:
        _refuse_backwards(self)
        return self.cleaned_data


class AcceptForm(RefusableForm):
    """A new account: its owner's name and password. The address is the invitation's and cannot be changed here."""

    full_name = TextField(label=gettext_lazy("Họ và tên"), max_length=150, validators=[require_name])
    password = forms.CharField(
        label=gettext_lazy("Mật khẩu"), max_length=128, strip=False, widget=forms.PasswordInput,
        error_messages={"required": gettext_lazy("Đặt mật khẩu.")},
    )  # fmt: skip

    def refused(self, refusal: ValidationError) -> None:
        """What the password policy says stands at the password."""
        if hasattr(refusal, "error_dict") or {error.code for error in refusal.error_list} & ELSEWHERE:
            super().refused(refusal)
        else:
            self.add_error("password", refusal)


ELSEWHERE = {"dead_link", "has_account"}


def _refuse_backwards(form: Any) -> None:
    """Beside whatever else is wrong: who corrects a form hears of all of it at once."""
    if backwards := backwards_of(form.cleaned_data.get("valid_from"), form.cleaned_data.get("valid_to")):
        form.add_error("valid_to", backwards)


def _candidates(membership: Membership, people: Sequence[Person]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Who could act for the approver, and from when on it counts: of a long line what it ends with is cut off."""
    roles, ready = colleagues_on(membership, timezone.localdate()), with_a_factor(one.pk for one in people)
    words = {
        True: _("Đã bật xác thực hai bước"),
        False: _("Chưa bật xác thực hai bước: phê duyệt được từ khi bật"),
    }
    told = {
        kind: [(one.pk, _candidate(one, roles[one.pk])) for one in people if (one.pk in ready) is kind]
        for kind in words
    }
    return [(words[kind], some) for kind, some in told.items() if some]


def _candidate(person: Person, roles: Collection[str]) -> str:
    return f"{person.full_name} ({person.email}) – {_named(roles)}"


def _named(roles: Collection[str]) -> str:
    return ", ".join(str(label) for role, label in ROLE_LABELS.items() if role in roles)


def _role_choices(roles: set[str]) -> list[Any]:
    """The roles of units first; those of the programme office apart, for they are given there only."""
    local = [(name, label) for name, label in ROLE_LABELS.items() if name in roles and name not in CENTRAL_ROLES]
    central = [(name, label) for name, label in ROLE_LABELS.items() if name in roles and name in CENTRAL_ROLES]
    return [*local, *([(_("Chỉ ở cơ quan điều phối Đề án"), central)] if central else [])]


def _misplaced(role: str) -> str:
    if role in CENTRAL_ROLES:
        return _("Vai trò này chỉ giữ ở cơ quan điều phối Đề án. Chọn vai trò khác hoặc đơn vị khác.")
    return _("Vai trò này không giữ ở cơ quan điều phối Đề án. Chọn vai trò khác hoặc đơn vị khác.")


def _found(rows: Any, message: str) -> Any:
    row = rows.first()
    if row is None:
        raise ValidationError(message, code="unknown")
    return row


class SavedViewForm(RefusableForm):
    """`units`: with which it may be shared."""

    name = TextField(label=gettext_lazy("Tên cách xem"), max_length=60)
    shared_with = forms.ChoiceField(label=gettext_lazy("Ai thấy"), required=False)

    def __init__(self, *args: Any, units: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = unit_names()
        shared = [(unit, _("Mọi người ở %(unit)s") % {"unit": names.get(unit, unit)}) for unit in units]
        self.fields["shared_with"].choices = [("", _("Chỉ mình tôi")), *shared]

    def facts(self) -> dict[str, Any]:
        return {"name": self.cleaned_data["name"], "shared_with": self.cleaned_data["shared_with"] or None}


class ScopeTicks(forms.CheckboxSelectMultiple):
    """A line for each resource, with reading and writing side by side, under the heading of its subject."""

    template_name = "people/scope_ticks.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        lines = [(group, options) for group, options, _at in context["widget"]["optgroups"]]
        known = resources()
        by_subject = groupby(lines, key=lambda line: known[line[1][0]["value"].rpartition(":")[0]].subject)
        context["subjects"] = [_subject(name, list(some)) for name, some in by_subject]
        return context


def _subject(name: str, lines: list[Any]) -> tuple[str, list[Any], int]:
    """With how many of its boxes are ticked: only such a subject stands open."""
    return name, lines, sum(option["selected"] for _group, options in lines for option in options)


class TokenForm(OnceForm):
    """Of one's own: for all units where one works, or for one of them."""

    field_order = ["owner", "label", "unit", "expires_on", "networks", "scopes"]
    label = TextField(
        label=gettext_lazy("Tên mã"), max_length=100, help_text=gettext_lazy("Hệ thống nào dùng, để làm gì.")
    )
    unit = NamedChoiceField(label=gettext_lazy("Đơn vị"), required=False)
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Phạm vi"), widget=ScopeTicks, error_messages=REQUIRED,
        help_text=gettext_lazy("Mã chỉ mở những phần được chọn, trong quyền của tài khoản lúc gọi."),
    )  # fmt: skip
    networks = TextField(
        label=gettext_lazy("Mạng được gọi"), required=False, multiline=True, max_length=1200,
        help_text=gettext_lazy("Mỗi dòng một mạng, ví dụ 203.0.113.0/24. Để trống: gọi được từ mọi nơi."),
    )  # fmt: skip
    expires_on = DayField(label=gettext_lazy("Dùng đến hết ngày"), help_text=gettext_lazy("Nhiều nhất 365 ngày."))

    def __init__(
        self,
        *args: Any,
        units: Iterable[str],
        offered: Collection[str] | None = None,
        needs_unit: bool = False,
        asked: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        """`offered`: the scopes, None for all; `asked`: those that are chosen already, where they are among these."""
        super().__init__(*args, **kwargs)
        names = unit_names()
        chosen = sorted(((unit, names.get(unit, unit)) for unit in units), key=lambda pair: fold(pair[1]))
        whole = _("Chọn đơn vị") if needs_unit else _("Mọi đơn vị của tài khoản")
        self.fields["unit"].choices = [("", whole), *chosen]
        known = set(all_scopes() if offered is None else offered)
        self.fields["scopes"].choices = [
            (one.words, [(scope, WORDS_OF_RIGHTS[scope.rpartition(":")[2]]) for scope in one.scopes if scope in known])
            for one in resources().values()
        ]
        self.initial.setdefault("scopes", [scope for scope in asked if scope in known])
        self.initial.setdefault("expires_on", timezone.localdate() + timedelta(days=USUAL_DAYS))

    def clean_unit(self) -> OrganisationUnit | None:
        """One that was not offered goes on to the service, which answers 403."""
        told = self.cleaned_data["unit"]
        return _found(OrganisationUnit.objects.filter(pk=told), _("Chọn đơn vị.")) if told else None

    def wanted(self) -> Wanted:
        facts = self.cleaned_data
        return Wanted(
            facts["label"], facts["scopes"], facts["expires_on"], facts["unit"], facts["networks"].split(),
        )  # fmt: skip


class ProgramTokenForm(TokenForm):
    """For a program that somebody looks after."""

    owner = forms.ModelChoiceField(
        Person.objects.none(), label=gettext_lazy("Tài khoản kết nối hệ thống"),
        empty_label=gettext_lazy("Chọn tài khoản"),
        error_messages=REQUIRED | {"invalid_choice": gettext_lazy("Chọn tài khoản trong danh sách.")},
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        programs = programs_of(by)
        scope = by.units_with("people.add_apitoken")
        held = Membership.objects.valid_on(timezone.localdate()).filter(user__in=programs.values("pk"))
        units = {unit for unit in _working_today(held) if unit in scope}
        super().__init__(*args, units=units, needs_unit=not scope.everything, **kwargs)
        self.fields["owner"].queryset = programs
        self.fields["owner"].label_from_instance = lambda one: f"{one.full_name} ({one.email})"


def _working_today(held: MembershipQuerySet) -> set[str]:
    """Where these people work today: a membership keeps the unit in which it was given."""
    today = timezone.localdate()
    return {heir_of(unit, today) for unit in held.order_by().values_list("unit", flat=True).distinct()}
