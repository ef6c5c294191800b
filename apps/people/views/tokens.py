"""Tokens of the API: one's own, and those that open the units whose people one looks after."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView
from django.views.generic.detail import SingleObjectMixin

from apps.accounts.factors import factors_of
from apps.accounts.models import User
from apps.accounts.views.recent import RecentSignInMixin
from apps.core.fields import ReasonForm
from apps.core.views import ScopedMixin, TableView
from apps.jobs.changing import ChangeFormView
from apps.people.filters import ApiTokenFilter
from apps.people.forms import ProgramTokenForm, TokenForm
from apps.people.models import ApiToken
from apps.people.rights import rights_of
from apps.people.scopes import example_of, offered_to
from apps.people.services.tokens import Issued, issue_token, may_hold_own, revoke_token
from apps.people.tables import ApiTokenTable
from apps.people.views.people import Place

OWN = "people:owntoken_list"
ALL = "people:apitoken_list"


class IssueView(RecentSignInMixin, ChangeFormView):
    """The answer to the form is the token itself, once: kept nowhere, it could not be shown on another page."""

    template_name = "people/apitoken_form.html"
    title = gettext_lazy("Cấp mã truy cập")
    submit = gettext_lazy("Cấp mã")
    back = OWN

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = {"back_url": reverse(self.back), "has_factor": bool(factors_of(self.request.user))}
        return super().get_context_data(**more, **kwargs)

    def owner_of(self, form: Any) -> User:
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        made: list[Issued] = []

        def make() -> ApiToken:
            made.append(issue_token(self.owner_of(form), form.wanted(), by=self.request.user))
            return made[0].token

        try:
            with transaction.atomic():
                self.once(form, make)
        except ValidationError as refusal:
            form.refused(refusal)
            return self.refuse(form, is_conflict=False)
        if not made:  # sent once more: what was shown then is not known any more
            messages.warning(
                self.request, _("Mã đã được cấp và chỉ hiện một lần. Chưa lưu thì thu hồi, rồi cấp mã khác.")
            )
            return HttpResponseRedirect(reverse(self.back))
        told = {
            "token": made[0].token,
            "key": made[0].key,
            "back_url": reverse(self.back),
            "title": _("Mã truy cập mới"),
            "example": self.request.build_absolute_uri(example_of(made[0].token.scopes)),
        }
        answer = render(self.request, "people/apitoken_issued.html", told)
        answer["Cache-Control"] = "no-store"
        return answer


class RevokeView(RecentSignInMixin, ScopedMixin, SingleObjectMixin, ChangeFormView):
    queryset = ApiToken.objects.select_related("owner")
    template_name = "people/apitoken_form.html"
    form_class = ReasonForm
    title = gettext_lazy("Thu hồi mã truy cập")
    submit = gettext_lazy("Thu hồi mã")
    danger = True
    back = OWN

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = {"token": self.object, "back_url": reverse(self.back), "has_factor": True}
        return super().get_context_data(**more, **kwargs)

    def act(self, form: Any) -> Place:
        token = revoke_token(self.object, form.cleaned_data["reason"], by=self.request.user)
        messages.success(self.request, _("Đã thu hồi mã “%(name)s”.") % {"name": token.label})
        return Place(reverse(self.back))


# ── one's own ───────────────────────────────────────────────────────────────────────────────────────────────────────


class OwnTokenListView(ScopedMixin, ListView):
    scope = "owned_by"
    queryset = ApiToken.objects.order_by("revoked_at", "-expires_on", "-pk")
    template_name = "people/owntoken_list.html"
    title = gettext_lazy("Mã truy cập của tôi")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_add=may_hold_own(self.request.user), **kwargs)


class OwnTokenAddView(IssueView):
    permission_required = ()
    form_class = TokenForm

    def has_permission(self) -> bool:
        return may_hold_own(self.request.user)

    def get_form_kwargs(self) -> dict[str, Any]:
        asked, user = self.request.GET.getlist("scope"), self.request.user
        more = {"units": rights_of(user).units, "offered": offered_to(user), "asked": asked}
        return super().get_form_kwargs() | more

    def owner_of(self, form: Any) -> User:
        return self.request.user


class OwnTokenRevokeView(RevokeView):
    permission_required = ()
    scope = "owned_by"

    def get_object(self, *args: Any) -> Any:
        """Those of others are out of sight here, whoever looks after them."""
        return SingleObjectMixin.get_object(self, *args)


# ── of the units that one looks after ───────────────────────────────────────────────────────────────────────────────


class ApiTokenListView(TableView):
    permission_required = "people.view_apitoken"
    queryset = ApiToken.objects.select_related("owner", "issued_by")
    filterset_class = ApiTokenFilter
    table_class = ApiTokenTable
    template_name = "people/apitoken_list.html"
    export_name = "ma-truy-cap"
    title = gettext_lazy("Mã truy cập")
    lead = gettext_lazy("Chương trình gọi API bằng mã; mã mở phần được chọn, trong quyền của tài khoản lúc gọi.")
    noun = gettext_lazy("mã")
    empty_title = gettext_lazy("Chưa có mã truy cập nào")


class ApiTokenAddView(IssueView):
    permission_required = "people.add_apitoken"
    form_class = ProgramTokenForm
    back = ALL

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.request.user}

    def owner_of(self, form: Any) -> User:
        return form.cleaned_data["owner"]


class ApiTokenRevokeView(RevokeView):
    permission_required = "people.change_apitoken"
    scope = "editable_by"
    back = ALL
