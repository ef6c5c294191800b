from django.utils.translation import gettext_lazy as _

from apps.core.views import TableView
from apps.upkeep.filters import RunFilter
from apps.upkeep.models import VIEW, Run
from apps.upkeep.tables import RunTable


class RunListView(TableView):
    permission_required = VIEW
    queryset = Run.objects.all()
    filterset_class = RunFilter
    table_class = RunTable
    export_name = "sao-luu"
    title = _("Sao lưu và khôi phục thử")
    lead = _("Máy chủ sao lưu mỗi đêm, lưu nhật ký giao dịch từng phút và khôi phục thử bản sao mới nhất.")
    noun = _("lần chạy")
    empty_title = _("Cổng này chưa bật sao lưu")
