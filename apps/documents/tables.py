import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.ui import vn_date
from apps.documents.models import LegalDocument

NOWRAP = {"td": {"class": "nowrap"}}


class LegalDocumentTable(tables.Table):
    number = tables.Column(verbose_name=_("Số, ký hiệu"), order_by=("number", "id"), linkify=True, attrs=NOWRAP)
    kind = tables.Column(verbose_name=_("Loại"), order_by=("kind", "number", "id"))
    issued_on = tables.Column(verbose_name=_("Ngày ban hành"), order_by=("issued_on", "number", "id"), attrs=NOWRAP)
    issuer = tables.Column(verbose_name=_("Cơ quan ban hành"), order_by=("issuer", "number", "id"))
    title = tables.Column(verbose_name=_("Trích yếu"), orderable=False, empty_values=())
    replaced_by = tables.Column(verbose_name=_("Bị thay thế bởi"), orderable=False)
    files = tables.Column(
        verbose_name=_("Tệp"), orderable=False, attrs={"th": {"class": "num"}, "td": {"class": "num"}}
    )

    class Meta:
        model = LegalDocument
        fields = ["number", "kind", "issued_on", "issuer", "title", "replaced_by", "files"]
        default = "–"

    caption = _("Văn bản")

    def render_issued_on(self, value) -> str:
        return vn_date(value)

    def value_issued_on(self, value):
        return value

    def render_title(self, record: LegalDocument) -> str:
        return record.title or format_html('<span class="sub">{}</span>', _now("Chưa có trích yếu"))

    def value_title(self, record: LegalDocument) -> str:
        return record.shown_title

    def render_replaced_by(self, value: LegalDocument) -> str:
        return format_html('<a class="lk" href="{}">{}</a>', value.get_absolute_url(), value)

    def value_replaced_by(self, value: LegalDocument) -> str:
        return str(value)
