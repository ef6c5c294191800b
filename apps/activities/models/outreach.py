"""What makes measurement and the programme known: events (2.4.3, 2.6.1 to 2.6.3) and the media (1.1, 2.6.4)."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.activities.models import alike
from apps.core.models import sort_key
from apps.registers import columns
from apps.registers.models import RegisterRow, searched, withdrawn_pairs


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "title_sort"])
class PublicEvent(RegisterRow):
    SLUG = "events"

    class Kind(models.TextChoices):
        FORUM = "forum", _("Diễn đàn đo lường Việt Nam")
        CONFERENCE = "conference", _("Hội nghị khoa học kỹ thuật đo lường toàn quốc")
        WORKSHOP = "workshop", _("Hội nghị, hội thảo chuyên đề")
        BRIEFING = "briefing", _("Hội nghị, lớp tập huấn phổ biến Đề án")
        FAIR = "fair", _("Hội chợ, triển lãm, Techmart, Techfest")

    title = columns.text(_("tên sự kiện"), 300, listed=True)
    kind = columns.choice(_("loại sự kiện"), Kind, listed=True, filtered=True)
    unit = alike.unit(_("đơn vị tổ chức"), on="ended_on")
    place = columns.text(_("địa điểm"), 200, required=False, listed=True)
    started_on = columns.day(_("từ ngày"))
    ended_on = columns.day(_("đến ngày"), listed=True, filtered=True, hint=_("Được tính vào kỳ báo cáo có ngày này."))
    framework_item = alike.item()
    partners = columns.text(_("đơn vị phối hợp"), 300, required=False)
    participants = columns.whole(_("số lượt người tham dự"), required=False, listed=True)
    enterprises = columns.whole(_("số doanh nghiệp tham dự"), required=False, listed=True)
    materials = columns.text(_("tài liệu, sản phẩm"), 500, required=False)
    result = columns.text(_("kết quả"), 1000, required=False)
    act = alike.act()
    document = alike.document()
    note = alike.note()

    words = searched("title", "place", "partners", "result")
    title_sort = sort_key("title")

    class Meta:
        verbose_name = _("sự kiện")
        verbose_name_plural = _("sự kiện")
        ordering = ["-ended_on", "title_sort", "id"]
        constraints = [
            alike.once(
                "one_live_event_per_unit_and_day", ["title"], ["unit", "started_on"], _("Sự kiện này đã có trong sổ.")
            ),
            alike.not_before(
                "ended_on", "started_on", "event_ends_after_it_starts", _("Ngày cuối không được trước ngày đầu.")
            ),
            withdrawn_pairs("event_withdrawn_with_who_and_why"),
        ]
        indexes = alike.indexes("event", "ended_on", "title_sort")

    def __str__(self) -> str:
        return self.title


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "title_sort"])
class Communication(RegisterRow):
    """News of one subject in one channel, in as many pieces as `pieces` says."""

    SLUG = "communications"

    class Channel(models.TextChoices):
        PRINT = "print", _("Báo in, tạp chí")
        ONLINE = "online", _("Báo điện tử, trang thông tin")
        RADIO = "radio", _("Phát thanh")
        TELEVISION = "television", _("Truyền hình")
        SOCIAL = "social", _("Mạng xã hội")
        LEAFLET = "leaflet", _("Tờ rơi, tài liệu tuyên truyền")

    title = columns.text(_("nội dung truyền thông"), 300, listed=True)
    channel = columns.choice(_("kênh"), Channel, listed=True, filtered=True)
    outlet = columns.text(_("cơ quan báo chí, trang"), 200, listed=True)
    unit = alike.unit(_("đơn vị thực hiện"), on="published_on")
    published_on = columns.day(
        _("ngày đăng, phát"), listed=True, filtered=True, hint=_("Đăng, phát nhiều ngày thì ghi ngày cuối.")
    )
    framework_item = alike.item()
    pieces = columns.whole(_("số tin, bài, lượt phát"), listed=True, example="1")
    link = columns.text(
        _("liên kết"), 500, required=False, example="https://vietq.vn/", hint=_("Bắt đầu bằng https://")
    )
    act = alike.act()
    document = alike.document()
    note = alike.note()

    words = searched("title", "outlet")
    title_sort = sort_key("title")

    class Meta:
        verbose_name = _("hoạt động truyền thông")
        verbose_name_plural = _("hoạt động truyền thông")
        ordering = ["-published_on", "title_sort", "id"]
        constraints = [
            alike.once(
                "one_live_communication_per_outlet_and_day", ["title", "outlet"], ["unit", "published_on"],
                _("Hoạt động truyền thông này đã có trong sổ."),
            ),
            models.CheckConstraint(
                condition=Q(pieces__gte=1),
                name="communication_of_a_piece",
                violation_error_message=_("Số tin, bài ít nhất là 1."),
            ),
            models.CheckConstraint(
                condition=Q(link="") | Q(link__startswith="https://") | Q(link__startswith="http://"),
                name="communication_at_an_address",
                violation_error_message=_("Liên kết phải bắt đầu bằng https:// hoặc http://."),
            ),
            withdrawn_pairs("communication_withdrawn_with_who_and_why"),
        ]  # fmt: skip
        indexes = alike.indexes("communication", "published_on", "title_sort")

    def __str__(self) -> str:
        return self.title
