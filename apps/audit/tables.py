from collections.abc import Iterator, Mapping
from typing import Any

import django_tables2 as tables
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.audit.models import AuditEvent
from apps.audit.registry import Unit, action_label, target_label, target_urls
from apps.audit.sealed import SealedDays
from apps.audit.selectors import in_words, target_of, unit_of, who_did

CHUNK = 2_000
EXPORTED = (
    _("Mã dòng"),
    _("Niêm phong của ngày"),
    _("Thời điểm"),
    _("Người thực hiện"),
    _("Thư điện tử"),
    _("Hành động"),
    _("Mã hành động"),
    _("Đối tượng"),
    _("Loại đối tượng"),
    _("Mã loại đối tượng"),
    _("Mã đối tượng"),
    _("Đơn vị"),
    _("Địa chỉ truy cập"),
    _("Lý do"),
    _("Trước"),
    _("Sau"),
    _("Mã yêu cầu"),
)


class AuditEventTable(tables.Table):
    """`units` come with the table: all units' names in one query."""

    at = tables.DateTimeColumn(
        verbose_name=_("Thời điểm"),
        format="d/m/Y H:i:s",
        linkify=True,
        order_by=("at", "id"),
        attrs={"td": {"class": "nowrap"}},
    )
    actor = tables.Column(verbose_name=_("Người thực hiện"), empty_values=(), orderable=False)
    action = tables.Column(verbose_name=_("Hành động"), orderable=False)
    target = tables.Column(verbose_name=_("Đối tượng"), empty_values=(), orderable=False)
    unit = tables.Column(verbose_name=_("Đơn vị"), orderable=False)
    address = tables.Column(verbose_name=_("Địa chỉ truy cập"), orderable=False)
    reason = tables.Column(verbose_name=_("Lý do"), orderable=False)

    class Meta:
        model = AuditEvent
        fields = ["at", "actor", "action", "target", "unit", "address", "reason"]
        order_by = "-at"
        default = "–"

    caption = _("Nhật ký, mới nhất trước")

    def __init__(self, *args: Any, units: Mapping[str, Unit], **kwargs: Any) -> None:
        self.units = units
        super().__init__(*args, **kwargs)

    def render_actor(self, record: Any) -> str:
        return who_did(record)

    def render_action(self, value: str) -> str:
        return action_label(value)

    def render_target(self, record: AuditEvent) -> str:
        said = self.value_target(record)
        url = self.pages.get((record.target_type, record.target_id)) if said else ""
        return format_html('<a class="lk" href="{}">{}</a>', url, said) if url else said or "–"

    @cached_property
    def pages(self) -> dict[tuple[str, str], str]:
        """Of all objects on the page together: some kinds have to be looked up."""
        shown = [row.record for row in self.paginated_rows]
        return target_urls([(event.target_type, event.target_id) for event in shown], self.request.user)

    def value_target(self, record: AuditEvent) -> str:
        if not record.target_type:
            return ""
        return f"{target_label(record.target_type)}: {target_of(record, self.units)}"

    def render_unit(self, record: AuditEvent) -> str:
        return unit_of(record, self.units)

    def as_values(self, exclude_columns: Any = None) -> Iterator[list[Any]]:
        """More than the screen shows, read and written in pieces: a download may hold a million rows."""
        yield [str(header) for header in EXPORTED]
        sealed = SealedDays()
        for event in self.data.data.iterator(chunk_size=CHUNK):
            yield [
                str(event.pk),
                sealed.state_of(event.at),
                event.at,
                who_did(event),
                event.actor,
                action_label(event.action),
                event.action,
                self.value_target(event),
                target_label(event.target_type) if event.target_type else "",
                event.target_type,
                event.target_id,
                unit_of(event, self.units),
                event.address or "",
                event.reason,
                in_words(event.target_type, event.before),
                in_words(event.target_type, event.after),
                event.request_id,
            ]
