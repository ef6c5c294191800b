from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.moves import allowed
from apps.core.templatetags.ui import NO_DATA, badge, vn_date, vn_datetime
from apps.people.held import ends_today, role_label, unit_name
from apps.people.models import ApiToken, Invitation, Membership, Person

NOWRAP = {"td": {"class": "nowrap tn"}}
NEVER = gettext_lazy("Chưa đăng nhập")


class PersonTable(tables.Table):
    full_name = tables.Column(verbose_name=gettext_lazy("Họ và tên"), order_by=("name_sort", "pk"))
    email = tables.Column(verbose_name=gettext_lazy("Thư điện tử"), visible=False, orderable=False)
    roles = tables.Column(verbose_name=gettext_lazy("Vai trò hôm nay"), accessor="held_today", orderable=False)
    last_login = tables.Column(verbose_name=gettext_lazy("Đăng nhập gần nhất"), attrs=NOWRAP, empty_values=())
    state = tables.Column(
        verbose_name=gettext_lazy("Trạng thái"), accessor="is_active", order_by=("is_active", "name_sort", "pk")
    )

    class Meta:
        default = NO_DATA

    caption = gettext_lazy("Danh sách người dùng")

    def render_full_name(self, record: Person) -> str:
        link = '<a href="{}">{}</a><div class="sub">{}</div>'
        return format_html(link, record.get_absolute_url(), record.full_name, record.email)

    def value_full_name(self, record: Person) -> str:
        return record.full_name

    def _lines(self, record: Person) -> list[str]:
        return [_line(row) for row in record.held_today]

    def render_roles(self, record: Person) -> str:
        return format_html_join("", "<div>{}</div>", ((line,) for line in self._lines(record))) or NO_DATA

    def value_roles(self, record: Person) -> str:
        return "; ".join(self._lines(record))

    def render_last_login(self, record: Person) -> str:
        return vn_datetime(record.last_login) if record.last_login else str(NEVER)

    def render_state(self, record: Person) -> str:
        return badge("good" if record.is_active else "closed", self.value_state(record))

    def value_state(self, record: Person) -> str:
        return str(Person.State(record.state).label)

    def as_values(self, exclude_columns: Iterable[str] | None = None) -> Iterator[list[Any]]:
        """For export: the address in a column of its own."""
        yield [str(column.header) for column in self.columns.iterall()]
        for record in self.data:
            last, state = record.last_login or str(NEVER), self.value_state(record)
            yield [record.full_name, record.email, self.value_roles(record), last, state]


def _line(row: Membership) -> str:
    acting = _(" (được ủy quyền đến %(day)s)") % {"day": vn_date(row.valid_to)} if row.acting_for_id else ""
    return f"{role_label(row.role.name)} · {unit_name(row.unit_id)}{acting}"


INVITATION_BADGES: dict[str, tuple[str, str]] = {
    Invitation.State.OPEN: ("review", "hourglass"),
    Invitation.State.EXPIRED: ("warn", ""),
    Invitation.State.ACCEPTED: ("good", ""),
    Invitation.State.WITHDRAWN: ("neutral", ""),
}


class InvitationTable(tables.Table):
    full_name = tables.Column(verbose_name=gettext_lazy("Người được mời"), order_by=("full_name", "pk"))
    email = tables.Column(verbose_name=gettext_lazy("Thư điện tử"))
    role = tables.Column(verbose_name=gettext_lazy("Vai trò"), accessor="role__name", orderable=False)
    unit = tables.Column(verbose_name=gettext_lazy("Đơn vị"), accessor="unit_id", orderable=False)
    invited_by = tables.Column(verbose_name=gettext_lazy("Người mời"), orderable=False)
    invited_at = tables.Column(verbose_name=gettext_lazy("Thời điểm mời"), attrs=NOWRAP)
    expires_at = tables.Column(verbose_name=gettext_lazy("Thời điểm hết hạn"), attrs=NOWRAP, orderable=False)
    state = tables.Column(verbose_name=gettext_lazy("Trạng thái"), orderable=False)
    acts = tables.Column(
        verbose_name=gettext_lazy("Thao tác"), accessor="pk", orderable=False, exclude_from_export=True
    )

    class Meta:
        default = NO_DATA

    caption = gettext_lazy("Danh sách lời mời")

    def render_role(self, value: str) -> str:
        return role_label(value)

    def render_unit(self, value: str) -> str:
        return unit_name(value)

    def render_invited_at(self, value: Any) -> str:
        return vn_datetime(value)

    def render_expires_at(self, value: Any) -> str:
        return vn_datetime(value)

    def render_state(self, record: Invitation) -> str:
        family, icon = INVITATION_BADGES[record.state]
        return badge(family, self.value_state(record), icon)

    def value_state(self, record: Invitation) -> str:
        return str(Invitation.State(record.state).label)

    def render_acts(self, record: Invitation) -> str:
        moves = allowed(record, self.request.user)
        if not moves:
            return ""
        context = {"invitation": record, "moves": moves}
        return render_to_string("people/invitation_acts.html", context, request=self.request)


TOKEN_BADGES: dict[str, tuple[str, str]] = {
    ApiToken.State.ACTIVE: ("good", ""),
    ApiToken.State.EXPIRED: ("neutral", "clock"),
    ApiToken.State.REVOKED: ("closed", ""),
}


def token_badge(token: ApiToken) -> SafeString:
    if token.ends_soon:
        return badge("warn", _("Sắp hết hạn"), "clock")
    family, icon = TOKEN_BADGES[token.state]
    return badge(family, str(ApiToken.State(token.state).label), icon)


class ApiTokenTable(tables.Table):
    label = tables.Column(verbose_name=gettext_lazy("Tên mã"), order_by=("label", "pk"))
    owner = tables.Column(
        verbose_name=gettext_lazy("Tài khoản"), accessor="owner__email", order_by=("owner__email", "pk")
    )
    unit = tables.Column(verbose_name=gettext_lazy("Đơn vị"), accessor="unit_id", orderable=False, empty_values=())
    scopes = tables.Column(verbose_name=gettext_lazy("Phạm vi"), orderable=False)
    networks = tables.Column(verbose_name=gettext_lazy("Mạng được gọi"), orderable=False, empty_values=())
    expires_on = tables.Column(verbose_name=gettext_lazy("Dùng đến hết ngày"), attrs=NOWRAP)
    last_used_at = tables.Column(verbose_name=gettext_lazy("Dùng gần nhất"), attrs=NOWRAP, empty_values=())
    state = tables.Column(verbose_name=gettext_lazy("Trạng thái"), orderable=False)
    acts = tables.Column(
        verbose_name=gettext_lazy("Thao tác"), accessor="pk", orderable=False, exclude_from_export=True
    )

    class Meta:
        default = NO_DATA

    caption = gettext_lazy("Danh sách mã truy cập")

    def render_owner(self, record: ApiToken) -> str:
        return format_html('{}<div class="sub">{}</div>', record.owner.full_name, record.owner.email)

    def value_owner(self, record: ApiToken) -> str:
        return record.owner.email

    def render_unit(self, value: str | None) -> str:
        return unit_name(value) if value else _("Mọi đơn vị của tài khoản")

    def render_scopes(self, value: list[str]) -> str:
        return format_html_join(" ", "<code>{}</code>", ((one,) for one in value))

    def value_scopes(self, value: list[str]) -> str:
        return " ".join(value)

    def render_networks(self, value: list[str]) -> str:
        return ", ".join(value) or _("Mọi nơi")

    def render_expires_on(self, value: date) -> str:
        return vn_date(value)

    def render_last_used_at(self, record: ApiToken) -> str:
        return vn_datetime(record.last_used_at) if record.last_used_at else _("Chưa dùng")

    def render_state(self, record: ApiToken) -> str:
        return token_badge(record)

    def value_state(self, record: ApiToken) -> str:
        return str(ApiToken.State(record.state).label)

    def render_acts(self, record: ApiToken) -> str:
        if "revoke" not in allowed(record, self.request.user) or record.pk not in self.revocable:
            return ""
        return render_to_string("people/apitoken_acts.html", {"token": record}, request=self.request)

    @cached_property
    def revocable(self) -> set[int]:
        return set(ApiToken.objects.editable_by(self.request.user).values_list("pk", flat=True))


class ReviewTable(tables.Table):
    person = tables.Column(verbose_name=gettext_lazy("Người dùng"), accessor="user__full_name")
    role = tables.Column(verbose_name=gettext_lazy("Vai trò"), accessor="role__name", orderable=False)
    unit = tables.Column(verbose_name=gettext_lazy("Đơn vị"), accessor="unit_id", orderable=False)
    valid_from = tables.Column(verbose_name=gettext_lazy("Từ ngày"), attrs=NOWRAP)
    last_login = tables.Column(
        verbose_name=gettext_lazy("Đăng nhập gần nhất"), accessor="user__last_login", attrs=NOWRAP, empty_values=()
    )

    class Meta:
        default = NO_DATA

    caption = gettext_lazy("Vai trò chờ rà soát")

    def render_person(self, record: Membership) -> str:
        told = {"membership": record, "role": role_label(record.role.name), "ends_today": ends_today(record)}
        return render_to_string("people/review_tick.html", told)

    def value_person(self, record: Membership) -> str:
        return f"{record.user.full_name} ({record.user.email})"

    def render_role(self, value: str) -> str:
        return role_label(value)

    def render_unit(self, value: str) -> str:
        return unit_name(value)

    def render_valid_from(self, value: Any) -> str:
        return vn_date(value)

    def render_last_login(self, record: Membership) -> str:
        return vn_datetime(record.user.last_login) if record.user.last_login else str(NEVER)
