"""Giving, lengthening and ending one role of one person; who acts for an approver."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from apps.accounts.factors import factors_of
from apps.core.request import SignedInRequest
from apps.core.templatetags.ui import vn_date
from apps.people.forms import DeputyForm, EndForm, ExtendForm, GrantForm
from apps.people.held import deputies_in, held_rows, unit_name
from apps.people.models import Membership, Person
from apps.people.services import memberships as services
from apps.people.views.people import PeopleChangeView, Place
from apps.people.working_unit import usual_unit


class MembershipGrantView(PeopleChangeView):
    """To whoever is in sight: a role in one's own unit may also go to a person who works elsewhere too."""

    permission_required = "people.add_membership"
    scope = "visible_to"
    form_class = GrantForm
    title = gettext_lazy("Cấp vai trò")
    submit = gettext_lazy("Cấp vai trò")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        return {"unit": usual_unit(self.request, self.permission_required)}

    def act(self, form: GrantForm) -> Any:
        services.grant_membership(self.person, **form.facts(), by=self.request.user)
        messages.success(self.request, _("Đã cấp vai trò."))
        return self.next_page()


class MembershipChangeView(PeopleChangeView):
    permission_required = "people.change_membership"
    queryset = Membership.objects.select_related("user", "unit", "role", "acting_for__user")

    @property
    def person(self) -> Person:
        return Person.objects.get(pk=self.object.user_id)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        [held] = held_rows([self.object], self.request.user)
        return super().get_context_data(held=held, **kwargs)


class MembershipEndView(MembershipChangeView):
    form_class = EndForm
    title = gettext_lazy("Kết thúc vai trò")
    submit = gettext_lazy("Kết thúc vai trò")
    danger = True
    lead = gettext_lazy(
        "Công việc đã thực hiện với vai trò này được giữ nguyên. Ủy quyền từ vai trò này cũng kết thúc cùng ngày."
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        also = services.same_role_elsewhere(self.object, timezone.localdate() - timedelta(days=1))
        more = {"also": [unit_name(one.unit_id) for one in also], "is_only_one": services.holds_alone(self.object)}
        return super().get_context_data(**more, **kwargs)

    def act(self, form: EndForm) -> Any:
        last_day, reason = form.cleaned_data["last_day"], form.cleaned_data["reason"]
        said = self.said(last_day)
        services.end_membership(self.object, last_day, reason=reason, by=self.request.user)
        messages.success(self.request, said)
        return self.next_page()

    def said(self, last_day: date) -> str:
        row, told = self.object, {"name": self.object.user.full_name, "day": vn_date(last_day)}
        if row.acting_for_id:
            if last_day < max(timezone.localdate(), row.valid_from):
                return _("Đã kết thúc ủy quyền cho %(name)s.") % told
            return _("Ủy quyền cho %(name)s có hiệu lực đến hết ngày %(day)s.") % told
        if last_day < max(timezone.localdate(), row.valid_from):
            return _("Đã kết thúc vai trò của %(name)s.") % told
        return _("Vai trò của %(name)s có hiệu lực đến hết ngày %(day)s.") % told


class MembershipExtendView(MembershipChangeView):
    form_class = ExtendForm
    title = gettext_lazy("Gia hạn vai trò")
    submit = gettext_lazy("Gia hạn vai trò")

    def act(self, form: ExtendForm) -> Any:
        row = services.extend_membership(self.object, form.cleaned_data["valid_to"], by=self.request.user)
        until = _("đến hết ngày %(day)s") % {"day": vn_date(row.valid_to)} if row.valid_to else _("không thời hạn")
        messages.success(self.request, _("Đã gia hạn vai trò %(until)s.") % {"until": until})
        return self.next_page()


class DeputyListView(PermissionRequiredMixin, TemplateView):
    """One's own approver's roles, and who acts in them: an approver sees no list of people. Also for whoever acts."""

    permission_required = "people.deputise_membership"
    template_name = "people/deputies.html"
    title = gettext_lazy("Ủy quyền phê duyệt")
    request: SignedInRequest

    def has_permission(self) -> bool:
        """Whoever acts is told so before the second factor gives them any right, and after the last day."""
        return super().has_permission() or Membership.objects.acted_by(self.request.user).exists()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        rows = Membership.objects.deputisable_by(user).select_related("user", "unit", "role", "acting_for")
        acting = Membership.objects.deputies_ended_by(user) | Membership.objects.acted_by(user)
        acting = acting.select_related("user", "unit", "role", "acting_for__user")
        return super().get_context_data(
            roles=[one.only("deputise") for one in held_rows(rows.order_by("unit", "user"), user)],
            deputies=[one.only("end_deputy") for one in held_rows(acting.order_by("-valid_from", "pk"), user)],
            **kwargs,
        )


class DeputyNameView(MembershipChangeView):
    permission_required = "people.deputise_membership"
    scope = "deputisable_by"
    form_class = DeputyForm
    template_name = "people/deputy_form.html"
    title = gettext_lazy("Lập ủy quyền phê duyệt")
    submit = gettext_lazy("Ủy quyền phê duyệt")
    lead = gettext_lazy("Người được ủy quyền phê duyệt thay trong thời gian này, từ khi người đó có xác thực hai bước.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"membership": self.object, "by": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        acting = held_rows(deputies_in([self.object]).get(self.object.pk, []), self.request.user)
        more = {"back_url": reverse("people:deputy_list"), "acting": [one.only("end_deputy") for one in acting]}
        return super().get_context_data(**kwargs) | more

    def act(self, form: DeputyForm) -> Any:
        facts = form.cleaned_data
        by = self.request.user
        services.name_acting_approver(self.object, facts["deputy"], facts["valid_from"], facts["valid_to"], by=by)
        days = {"first": vn_date(facts["valid_from"]), "last": vn_date(facts["valid_to"])}
        told = _("Đã ủy quyền cho %(name)s từ ngày %(first)s đến hết ngày %(last)s.")
        messages.success(self.request, told % {"name": facts["deputy"], **days})
        if not factors_of(facts["deputy"]):
            told = _("%(name)s chưa bật xác thực hai bước: quyền phê duyệt có hiệu lực sau khi người này bật.")
            messages.warning(self.request, told % {"name": facts["deputy"]})
        return Place(reverse("people:deputy_list"))


class DeputyEndView(MembershipEndView):
    """For the approver who is back early; administrators come by it too."""

    permission_required = "people.deputise_membership"
    scope = "deputies_ended_by"
    title = gettext_lazy("Kết thúc ủy quyền")
    submit = gettext_lazy("Kết thúc ủy quyền")
    lead = gettext_lazy("Nội dung đã phê duyệt thay được giữ nguyên.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"back_url": reverse("people:deputy_list")}

    def next_page(self) -> Place:
        return Place(reverse("people:deputy_list"))
