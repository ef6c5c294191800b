"""Asking people in, and the page behind the link of the mail."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from apps.accounts.models import User
from apps.accounts.views.recent import RecentSignInMixin
from apps.core.request import PortalRequest
from apps.core.views import ActionView, TableView
from apps.jobs.changing import ChangeFormView
from apps.organisations.selectors import unit_labels
from apps.people.filters import InvitationFilter
from apps.people.forms import AcceptForm, InviteForm
from apps.people.held import role_label
from apps.people.models import Invitation
from apps.people.services import invitations as services
from apps.people.tables import InvitationTable
from apps.people.working_unit import usual_unit


@contextmanager
def limit_written_down(request: PortalRequest) -> Iterator[None]:
    """Whoever sends so many is told so, and the audit too."""
    try:
        yield
    except services.TooManyInvitationsError:
        request.refusal = "too_many"
        raise


class InviteView(RecentSignInMixin, ChangeFormView):
    permission_required = "people.add_invitation"
    template_name = "people/change_form.html"
    form_class = InviteForm
    title = gettext_lazy("Mời người dùng")
    submit = gettext_lazy("Gửi lời mời")
    lead = gettext_lazy("Liên kết trong thư dùng một lần, trong 24 giờ. Người đã có tài khoản nhận thêm vai trò.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        """The unit from whose page the person comes; whether one may invite there the form says."""
        return {"unit": self.request.GET.get("unit") or usual_unit(self.request, self.permission_required) or ""}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(back_url=reverse("people:person_list"), **kwargs)

    def act(self, form: InviteForm) -> Invitation:
        with limit_written_down(self.request):
            invitation = services.invite_person(**form.facts(), by=self.request.user)
        messages.success(self.request, _("Đã gửi lời mời đến %(email)s.") % {"email": invitation.email})
        return invitation


class InvitationListView(TableView):
    permission_required = "people.view_invitation"
    queryset = Invitation.objects.select_related("role", "invited_by")
    filterset_class = InvitationFilter
    table_class = InvitationTable
    template_name = "people/invitation_list.html"
    export_name = "loi-moi"
    title = gettext_lazy("Lời mời")
    noun = gettext_lazy("lời mời")
    empty_title = gettext_lazy("Chưa có lời mời nào")


class InvitationWithdrawView(RecentSignInMixin, ActionView):
    model = Invitation
    permission_required = "people.change_invitation"

    def act(self, invitation: Invitation) -> None:
        services.withdraw_invitation(invitation, by=self.request.user)
        messages.success(self.request, _("Đã rút lời mời. Liên kết trong thư không còn hiệu lực."))


class InvitationResendView(RecentSignInMixin, ActionView):
    model = Invitation
    permission_required = "people.change_invitation"

    def act(self, invitation: Invitation) -> None:
        with limit_written_down(self.request):
            services.resend_invitation(invitation, by=self.request.user)
        messages.success(self.request, _("Đã gửi lại lời mời với liên kết mới."))


@method_decorator([login_not_required, never_cache, sensitive_post_parameters("password")], name="dispatch")
class InvitationAcceptView(FormView):
    """Open to whoever holds the link. A new address makes its account here; an account's owner signs in and accepts.

    Wrong, used, withdrawn and old links get one and the same answer.
    """

    form_class = AcceptForm
    template_name = "people/invitation_accept.html"
    invitation: Invitation
    owner: User | None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = services.find_invitation(kwargs["token"])
        if found is None:
            return self.dead_link()
        self.invitation, self.owner = found, services.account_of(found.email)
        return super().dispatch(request, *args, **kwargs)

    def dead_link(self) -> HttpResponse:
        return render(self.request, "people/invitation_dead.html", status=404)

    @property
    def is_for_me(self) -> bool:
        return self.owner is not None and self.request.user.pk == self.owner.pk

    def get_initial(self) -> dict[str, Any]:
        return {"full_name": self.invitation.full_name}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        invitation = self.invitation
        return super().get_context_data(
            invitation=invitation,
            role=role_label(invitation.role.name),
            unit=unit_labels()[invitation.unit_id].full_name,
            owner=self.owner,
            is_for_me=self.is_for_me,
            sign_in_url=f"{reverse('account_login')}?next={self.request.path}",
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Somebody else who is signed in accepts nothing here, and makes no account for another."""
        if request.user.is_authenticated and not self.is_for_me:
            raise PermissionDenied(self.invitation.unit)
        if self.owner is None:
            return super().post(request, *args, **kwargs)
        if not self.is_for_me:
            return redirect(f"{reverse('account_login')}?next={request.path}")
        return self.accept(self.owner)

    def accept(self, owner: User) -> HttpResponse:
        try:
            services.accept_invitation(self.kwargs["token"], by=owner)
        except ValidationError as refusal:
            for message in refusal.messages:
                messages.error(self.request, message)
            return HttpResponseRedirect(self.request.path)
        messages.success(self.request, _("Đã nhận vai trò."))
        return redirect("dashboard:home")

    def form_valid(self, form: AcceptForm) -> HttpResponse:
        facts = form.cleaned_data
        try:
            services.accept_as_new(self.kwargs["token"], facts["full_name"], facts["password"])
        except ValidationError as refusal:
            form.refused(refusal)
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(self.request, _("Đã tạo tài khoản. Đăng nhập bằng thư điện tử và mật khẩu vừa đặt."))
        return redirect("account_login")
