"""A lost second factor: one administrator asks, another decides."""

from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.views.recent import RecentSignInMixin
from apps.core.fields import ReasonForm
from apps.core.views import ActionView
from apps.people.models import Person, SecondFactorReset
from apps.people.services.factor_resets import decide_factor_reset, request_factor_reset
from apps.people.views.people import PeopleChangeView


class FactorResetRequestView(PeopleChangeView):
    permission_required = "people.change_person"
    form_class = ReasonForm
    title = gettext_lazy("Đề nghị cấp lại mã xác thực")
    submit = gettext_lazy("Gửi đề nghị")
    lead = gettext_lazy("Một quản trị viên khác của đơn vị hoặc của Đề án phải chấp thuận trước khi mã cũ bị gỡ.")

    def act(self, form: ReasonForm) -> Any:
        request_factor_reset(self.person, form.cleaned_data["reason"], by=self.request.user)
        messages.success(self.request, _("Đã gửi đề nghị. Chờ quản trị viên khác chấp thuận."))
        return self.next_page()


class FactorResetDecideView(RecentSignInMixin, ActionView):
    model = SecondFactorReset
    scope = "decidable_by"
    permission_required = "people.change_person"
    is_approved = True

    def act(self, reset: SecondFactorReset) -> None:
        decide_factor_reset(reset, is_approved=self.is_approved, by=self.request.user)
        done = _("Đã gỡ mã xác thực và kết thúc mọi phiên của người này.")
        messages.success(self.request, done if self.is_approved else _("Đã từ chối đề nghị."))

    def get_success_url(self, reset: SecondFactorReset) -> str:
        return Person.objects.get(pk=reset.user_id).get_absolute_url()
