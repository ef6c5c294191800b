"""The list of people, the page of one, and what is done to an account."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import DetailView
from django.views.generic.detail import SingleObjectMixin

from apps.accounts.sessions import sessions_of
from apps.accounts.views.recent import RecentSignInMixin
from apps.audit.selectors import history_of
from apps.core.fields import ReasonForm
from apps.core.moves import allowed
from apps.core.views import ActionView, ScopedMixin, TableView
from apps.jobs.changing import ChangeFormView
from apps.people.filters import PersonFilter
from apps.people.held import held_by, open_reset, role_label, seen_memberships
from apps.people.models import Invitation, Person
from apps.people.services.people import deactivate_person, end_sessions_of, reopen_person
from apps.people.tables import PersonTable


class PersonListView(TableView):
    permission_required = "people.view_person"
    queryset = Person.objects.all()
    filterset_class = PersonFilter
    table_class = PersonTable
    template_name = "people/person_list.html"
    export_name = "nguoi-dung"
    title = gettext_lazy("Người dùng")
    lead = gettext_lazy("Vai trò được giao theo đơn vị, có ngày bắt đầu và kết thúc; quyền hạn theo vai trò đang giữ.")
    noun = gettext_lazy("người")
    empty_title = gettext_lazy("Chưa có người dùng nào")

    def get_queryset(self) -> QuerySet:
        held = seen_memberships(self.request.user).valid_on(timezone.localdate()).select_related("role")
        roles = Prefetch("memberships", held.order_by("valid_from", "pk"), to_attr="held_today")
        return super().get_queryset().by_name().prefetch_related(roles)


class PersonDetailView(PermissionRequiredMixin, ScopedMixin, DetailView):
    permission_required = "people.view_person"
    queryset = Person.objects.all()
    template_name = "people/person_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        viewer, person = self.request.user, self.object
        invitations = Invitation.objects.visible_to(viewer).waiting().filter(email=person.email)
        reset = open_reset(person, viewer)
        may_edit = Person.objects.editable_by(viewer).filter(pk=person.pk).exists()
        return super().get_context_data(
            title=person.full_name,
            held=held_by(person, viewer),
            invitations=[(role_label(one.role.name), one) for one in invitations.select_related("role")],
            sessions=len(sessions_of(person)),
            reset=reset,
            moves=allowed(person, viewer) if may_edit else frozenset(),
            reset_moves=allowed(reset, viewer) if may_edit and reset else frozenset(),
            may_edit=may_edit,
            may_grant=viewer.has_perm("people.add_membership") and person.pk != viewer.pk,
            history=history_of(person, viewer, only_readable=True),
            **kwargs,
        )


@dataclass(frozen=True)
class Place:
    """Where a change leads when its own page is gone or not this person's to open."""

    url: str

    def get_absolute_url(self) -> str:
        return self.url


class PeopleChangeView(RecentSignInMixin, ScopedMixin, SingleObjectMixin, ChangeFormView):
    """A change of one person, or of one role, in the scope of whoever makes it, after a proof of who that is."""

    queryset: QuerySet = Person.objects.all()
    template_name = "people/change_form.html"
    scope = "editable_by"
    danger = False

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    @property
    def person(self) -> Person:
        return self.object

    def next_page(self) -> Place:
        """The person's page, if it is still in sight: the only role may have been taken back."""
        in_sight = Person.objects.visible_to(self.request.user).filter(pk=self.person.pk).exists()
        return Place(self.person.get_absolute_url() if in_sight else reverse("people:person_list"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.person
        return super().get_context_data(person=person, back_url=person.get_absolute_url(), **kwargs)


class PersonCloseView(PeopleChangeView):
    permission_required = "people.change_person"
    form_class = ReasonForm
    title = gettext_lazy("Đóng tài khoản")
    submit = gettext_lazy("Đóng tài khoản")
    danger = True
    lead = gettext_lazy("Mọi phiên đăng nhập kết thúc ngay. Vai trò, số liệu và lịch sử được giữ nguyên; mở lại được.")

    def act(self, form: ReasonForm) -> Any:
        deactivate_person(self.person, form.cleaned_data["reason"], by=self.request.user)
        messages.success(self.request, _("Đã đóng tài khoản."))
        return self.next_page()


class PersonSessionsEndView(ActionView):
    model = Person
    permission_required = "people.change_person"

    def act(self, person: Person) -> None:
        ended = end_sessions_of(person, by=self.request.user)
        words = ngettext("Đã kết thúc %(n)s phiên của người này.", "Đã kết thúc %(n)s phiên của người này.", ended)
        messages.success(self.request, words % {"n": ended})


class PersonReopenView(PeopleChangeView):
    permission_required = "people.change_person"
    form_class = ReasonForm
    title = gettext_lazy("Mở lại tài khoản")
    submit = gettext_lazy("Mở lại tài khoản")
    lead = gettext_lazy("Người này đăng nhập lại bằng mật khẩu cũ; vai trò còn hạn có hiệu lực ngay.")

    def act(self, form: ReasonForm) -> Any:
        reopen_person(self.person, form.cleaned_data["reason"], by=self.request.user)
        messages.success(self.request, _("Đã mở lại tài khoản."))
        return self.next_page()
