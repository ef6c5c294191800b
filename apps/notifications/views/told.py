"""One's own notifications: read, followed to what they speak of, and how one is told."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView, View
from django.views.generic.detail import SingleObjectMixin

from apps.core import limits
from apps.core.request import SignedInRequest
from apps.core.views import OwnActMixin, ScopedMixin
from apps.notifications.calendars import calendar_of, entries_of
from apps.notifications.forms import ChoiceForm
from apps.notifications.models import Notification
from apps.notifications.registry import absolute_url
from apps.notifications.selectors import seen
from apps.notifications.services import choosing, mark_all_read, mark_read

PAGE = 50


class NotificationListView(ScopedMixin, ListView):
    """The newest first; what speaks of something out of sight by now is left out."""

    queryset = Notification.objects.all()
    paginate_by = PAGE
    template_name = "notifications/notification_list.html"
    title = gettext_lazy("Thông báo")

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows.unread() if self.request.GET.get("unread") else rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        told = seen(context["object_list"], self.request.user)
        return context | {"told": told, "only_unread": bool(self.request.GET.get("unread"))}


class NotificationOpenView(ScopedMixin, SingleObjectMixin, View):
    """Marks it read and leads to what it speaks of. A button, so that no program that looks ahead reads for anybody."""

    http_method_names = ["post"]
    queryset = Notification.objects.all()

    def post(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row = self.get_object()
        mark_read(row, by=request.user)
        found = seen([row], request.user)
        if not found:
            raise Http404
        return redirect(found[0].url if request.POST.get("go") else "notifications:notification_list")


class NotificationReadAllView(View):
    http_method_names = ["post"]

    def post(self, request: SignedInRequest) -> HttpResponse:
        count = mark_all_read(by=request.user)
        messages.success(request, _("Đã đánh dấu %(n)s thông báo là đã đọc.") % {"n": count})
        return redirect("notifications:notification_list")


class ChoiceView(OwnActMixin, View):
    """Part of the account's page."""

    http_method_names = ["post"]

    def post(self, request: SignedInRequest) -> HttpResponse:
        form = ChoiceForm(request.POST)
        if form.is_valid():
            choosing.choose(**form.cleaned_data, by=request.user)
            messages.success(request, _("Đã lưu lựa chọn nhận thông báo."))
        else:
            messages.error(request, _("Lựa chọn không hợp lệ. Mở lại trang rồi chọn lại."))
        return redirect("dashboard:account")


class CalendarLinkView(OwnActMixin, View):
    """A new private address, shown this once; an older one opens nothing any more."""

    http_method_names = ["post"]

    def post(self, request: SignedInRequest) -> HttpResponse:
        token = choosing.make_calendar_link(by=request.user)
        link = absolute_url("notifications:calendar", token)
        answer = render(request, "notifications/calendar_link.html", {"link": link, "title": _("Liên kết lịch")})
        answer["Cache-Control"] = "no-store"
        return answer


class CalendarRevokeView(OwnActMixin, View):
    http_method_names = ["post"]

    def post(self, request: SignedInRequest) -> HttpResponse:
        choosing.revoke_calendar_link(by=request.user)
        messages.success(request, _("Đã thu hồi liên kết lịch."))
        return redirect("dashboard:account")


@method_decorator(login_not_required, name="dispatch")
class CalendarView(View):
    """By the address alone: a calendar program signs in nowhere. Codes, titles and days its owner may see today."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        limits.check("calendar", request)
        owner = choosing.owner_of_link(token)
        if owner is None:
            raise Http404
        now = timezone.now()
        text = calendar_of(entries_of(owner, timezone.localdate()), now)
        kept = {"Cache-Control": "private, no-store"}  # the address is the key
        return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=kept)
