"""One's own account: who one is here, how one gets in, from where one is in; and the unit one works for now."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from apps.accounts.browsers import browser_name
from apps.accounts.factors import factors_of, keys_work_here
from apps.accounts.sessions import sessions_of
from apps.core.request import SignedInRequest
from apps.notifications.forms import ChoiceForm
from apps.notifications.models import CalendarLink
from apps.notifications.services.choosing import choice_of
from apps.organisations.selectors import unit_labels
from apps.people.held import days_of, deputies_in
from apps.people.rights import memberships_today, rights_of
from apps.people.roles import ROLE_LABELS
from apps.people.working_unit import choose_unit


@dataclass(frozen=True)
class Held:
    """A role as the page tells it."""

    unit: str
    url: str
    role: str
    valid_from: date
    valid_to: date | None
    acting_for: str
    deputies: list[str]


@dataclass(frozen=True)
class Seen:
    id: int
    browser: str
    address: str
    since: datetime
    last_seen: datetime
    is_current: bool


class AccountView(TemplateView):
    request: SignedInRequest
    template_name = "dashboard/account.html"
    title = _("Tài khoản")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request = self.request
        return super().get_context_data(
            held=self.held(),
            factors=factors_of(request.user),
            needs_factor=request.user.is_superuser or rights_of(request.user).needs_second_factor,
            keys_work=keys_work_here(request),
            sessions=self.sessions(),
            choice_form=ChoiceForm(initial=model_to_dict(choice_of(request.user))),
            calendar=CalendarLink.objects.filter(user=request.user.pk).first(),
            **kwargs,
        )

    def held(self) -> list[Held]:
        labels, rows = unit_labels(), list(memberships_today(self.request.user).select_related("acting_for__user"))
        deputies = deputies_in(rows)
        return [
            Held(
                unit=labels[one.unit_id].full_name,
                url=labels[one.unit_id].url,
                role=str(ROLE_LABELS.get(one.role.name, one.role.name)),
                valid_from=one.valid_from,
                valid_to=one.valid_to,
                acting_for=str(one.acting_for.user) if one.acting_for else "",
                deputies=[f"{row.user}, {days_of(row)}" for row in deputies.get(one.pk, [])],
            )
            for one in rows
        ]

    def sessions(self) -> list[Seen]:
        own = self.request.session.session_key
        return [
            Seen(
                id=one.pk,
                browser=browser_name(one.user_agent),
                address=one.ip,
                since=one.created_at,
                last_seen=one.last_seen_at,
                is_current=one.session_key == own,
            )
            for one in sessions_of(self.request.user)
        ]


def back(request: HttpRequest) -> HttpResponse:
    """To the page on which it was pressed."""
    came_from = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return redirect(came_from if safe else "dashboard:home")


class WorkingUnitView(View):
    """The choice in the account menu, and back to the page on which it was made."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        choose_unit(request, request.POST.get("unit", ""))
        return back(request)
