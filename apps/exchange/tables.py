import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.ui import number
from apps.exchange.models import ImportBatch
from apps.organisations.selectors import UnitLabel

NUMBER = {"th": {"class": "num"}, "td": {"class": "num"}}


class ImportBatchTable(tables.Table):
    """`labels` come with the table: all units' names in one query."""

    filename = tables.Column(verbose_name=_("Tệp"), linkify=True)
    state = tables.Column(verbose_name=_("Trạng thái"))
    written_rows = tables.Column(verbose_name=_("Số dòng đã ghi"), attrs=NUMBER)
    unit = tables.Column(verbose_name=_("Đơn vị"), accessor="unit_id", orderable=False)
    uploaded_by = tables.Column(verbose_name=_("Người tải lên"), order_by=("uploaded_by__full_name", "id"))
    created_at = tables.DateTimeColumn(verbose_name=_("Thời điểm tải lên"), format="d/m/Y H:i")

    class Meta:
        model = ImportBatch
        fields = ["filename", "state", "written_rows", "unit", "uploaded_by", "created_at"]
        order_by = "-created_at"
        default = "–"

    caption = _("Các lần nhập dữ liệu, mới nhất trước")

    def __init__(self, *args, labels: dict[str, UnitLabel], **kwargs) -> None:
        self.labels = labels
        super().__init__(*args, **kwargs)

    def render_state(self, record: ImportBatch) -> str:
        return render_to_string("exchange/importbatch_state.html", {"batch": record})

    def value_state(self, record: ImportBatch) -> str:
        return record.get_state_display()

    def render_written_rows(self, value: int, record: ImportBatch) -> str:
        """What was taken back stands no more in the register, though it was written."""
        words = _("%(count)s, đã hoàn tác") if record.state == ImportBatch.State.UNDONE else "%(count)s"
        return words % {"count": number(value)}

    def render_unit(self, value: str) -> str:
        return self.labels[value].short_name
