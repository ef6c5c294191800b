import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.ui import badge
from apps.upkeep.models import Run

BADGES = {
    Run.Outcome.AWAITED: ("neutral", "clock"),
    Run.Outcome.RUNNING: ("info", "progress"),
    Run.Outcome.GOOD: ("good", ""),
    Run.Outcome.BAD: ("bad", "alert-circle"),
}


class RunTable(tables.Table):
    kind = tables.Column(verbose_name=_("Loại"))
    outcome = tables.Column(verbose_name=_("Kết quả"))
    name = tables.Column(verbose_name=_("Bản sao"))
    started_at = tables.DateTimeColumn(verbose_name=_("Bắt đầu lúc"), format="d/m/Y H:i")
    finished_at = tables.DateTimeColumn(verbose_name=_("Kết thúc lúc"), format="d/m/Y H:i")
    trouble = tables.Column(verbose_name=_("Lỗi"), orderable=False)

    class Meta:
        order_by = ("-started_at", "-pk")
        default = "–"

    caption = _("Sao lưu và khôi phục thử, mới nhất trước")

    def render_outcome(self, record: Run) -> str:
        family, icon = BADGES[Run.Outcome(record.outcome)]
        return badge(family, self.value_outcome(record), icon)

    def value_outcome(self, record: Run) -> str:
        return str(Run.Outcome(record.outcome).label)
