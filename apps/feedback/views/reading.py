"""The programme office reads what came, and marks what it is done with."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView

from apps.core.moves import allowed
from apps.core.views import ActionView, ScopedMixin, TableView
from apps.feedback import services
from apps.feedback.filters import FeedbackFilter
from apps.feedback.models import CHANGE, VIEW, Feedback
from apps.feedback.tables import BADGES, FeedbackTable


class FeedbackListView(TableView):
    permission_required = VIEW
    queryset = Feedback.objects.all()
    filterset_class = FeedbackFilter
    table_class = FeedbackTable
    export_name = "gop-y-ve-cong"
    title = gettext_lazy("Góp ý về cổng")
    lead = gettext_lazy("Người dùng gửi từ trang trợ giúp và trang báo lỗi. Cổng không ghi lại ai đã gửi.")
    noun = gettext_lazy("góp ý")
    empty_title = gettext_lazy("Chưa có góp ý nào")


class FeedbackDetailView(PermissionRequiredMixin, ScopedMixin, DetailView):
    permission_required = VIEW
    queryset = Feedback.objects.select_related("handled_by")
    template_name = "feedback/feedback_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row: Feedback = self.object
        return super().get_context_data(
            badge=BADGES[Feedback.State(row.state)], moves=allowed(row, self.request.user), **kwargs
        )


class FeedbackHandleView(ActionView):
    model = Feedback
    permission_required = CHANGE

    def act(self, feedback: Feedback) -> None:
        services.handle_feedback(feedback, by=self.request.user)
        messages.success(self.request, _("Đã đánh dấu là đã xử lý. Góp ý này được xóa sau một năm."))


class FeedbackReopenView(ActionView):
    model = Feedback
    permission_required = CHANGE

    def act(self, feedback: Feedback) -> None:
        services.reopen_feedback(feedback, by=self.request.user)
        messages.success(self.request, _("Đã đưa lại vào danh sách chưa xử lý."))
