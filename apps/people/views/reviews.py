"""The half-yearly review of roles: what waits, the verdict on the ticked ones, and how far every unit has come."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View

from apps.accounts.views.recent import RecentSignInMixin
from apps.core.request import SignedInRequest
from apps.core.views import TableView
from apps.people.filters import ReviewFilter
from apps.people.models import Membership
from apps.people.reviewing import half_year_label, half_year_of, progress_by_unit, waiting_for_review
from apps.people.services.reviews import review_memberships
from apps.people.tables import ReviewTable

MOST_AT_ONCE = 500


class ReviewListView(RecentSignInMixin, TableView):
    """The proof of who this is comes with the list, so that the ticks are not lost to it."""

    permission_required = "people.change_membership"
    scope = "editable_by"
    queryset = Membership.objects.select_related("user", "role")
    filterset_class = ReviewFilter
    table_class = ReviewTable
    template_name = "people/review_list.html"
    export_name = "ra-soat-vai-tro"
    noun = gettext_lazy("vai trò chờ rà soát")
    empty_title = gettext_lazy("Đã rà soát mọi vai trò")
    title = gettext_lazy("Rà soát vai trò")

    @cached_property
    def lead(self) -> str:
        half = half_year_label(half_year_of(timezone.localdate()))
        return _("Mỗi nửa năm một lần, %(half)s: giữ vai trò còn cần, kết thúc vai trò không còn cần.") % {"half": half}

    def get_queryset(self) -> QuerySet:
        return waiting_for_review(super().get_queryset()).order_by("unit", "user__full_name", "pk")


class ReviewDecideView(RecentSignInMixin, PermissionRequiredMixin, View):
    """The ticked roles. One of them out of sight, and nothing happens at all."""

    permission_required = "people.change_membership"
    http_method_names = ["post"]
    request: SignedInRequest

    def post(self, request: SignedInRequest) -> HttpResponse:
        memberships = self.ticked()
        if not memberships:
            messages.warning(request, _("Đánh dấu ít nhất một vai trò."))
            return redirect("people:review_list")
        is_kept = request.POST.get("decision") == "keep"
        try:
            count = review_memberships(memberships, is_kept=is_kept, by=request.user)
        except ValidationError as refusal:
            for message in refusal.messages:
                messages.error(request, message)
        else:
            words = (
                _("Đã giữ %(count)s vai trò.")
                if is_kept
                else _("Đã kết thúc %(count)s vai trò, có hiệu lực từ hết ngày hôm nay.")
            )
            messages.success(request, words % {"count": count})
        return redirect("people:review_list")

    def ticked(self) -> list[Membership]:
        asked = set(self.request.POST.getlist("membership"))
        if len(asked) > MOST_AT_ONCE or not all(one.isdecimal() and len(one) < 19 for one in asked):
            raise Http404
        if self.request.POST.get("decision") not in ("keep", "end"):
            raise Http404
        found = list(Membership.objects.editable_by(self.request.user).filter(pk__in=asked))
        if len(found) != len({int(one) for one in asked}):
            raise Http404
        return found


class ReviewProgressView(PermissionRequiredMixin, TemplateView):
    permission_required = "people.change_membership"
    template_name = "people/review_progress.html"
    request: SignedInRequest
    title = gettext_lazy("Tiến độ rà soát vai trò")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = progress_by_unit(self.request.user)
        total, reviewed = sum(row.total for row in rows), sum(row.reviewed for row in rows)
        half = half_year_label(half_year_of(timezone.localdate()))
        return super().get_context_data(rows=rows, total=total, reviewed=reviewed, half=half, **kwargs)
