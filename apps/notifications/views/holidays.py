"""Days on which nobody works, kept by whoever runs the programme."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView

from apps.core.views import ActionView, ScopedMixin
from apps.jobs.changing import ChangeFormView, HasPage
from apps.notifications.forms import HolidayForm
from apps.notifications.models import Holiday
from apps.notifications.services import choosing
from apps.notifications.views.comments import Page

CHANGE = "notifications.change_holiday"


class HolidayListView(PermissionRequiredMixin, ScopedMixin, ListView):
    permission_required = CHANGE
    queryset = Holiday.objects.order_by("-day")
    template_name = "notifications/holiday_list.html"
    title = gettext_lazy("Ngày nghỉ")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(form=HolidayForm(), today=timezone.localdate(), **kwargs)


class HolidayAddView(ChangeFormView):
    permission_required = CHANGE
    form_class = HolidayForm
    title = gettext_lazy("Thêm ngày nghỉ")
    submit = gettext_lazy("Thêm ngày nghỉ")

    def act(self, form: HolidayForm) -> HasPage:
        data = form.cleaned_data
        self.once(form, lambda: choosing.add_holiday(data["day"], data["name"], by=self.request.user))
        messages.success(self.request, _("Đã thêm ngày nghỉ."))
        return Page.named("notifications:holiday_list")


class HolidayRemoveView(ActionView):
    permission_required = CHANGE
    queryset = Holiday.objects.all()

    def act(self, obj: Holiday) -> None:
        choosing.remove_holiday(obj, by=self.request.user)
        messages.success(self.request, _("Đã bỏ ngày nghỉ."))

    def get_success_url(self, obj: Holiday) -> str:
        return Page.named("notifications:holiday_list").url
