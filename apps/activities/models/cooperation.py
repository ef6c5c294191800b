"""International cooperation: agreements (1đ, 2.5.3), memberships (2.5.1), exchanges (2.5.2, 2.5.4)."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.activities.models import alike
from apps.core.models import sort_key
from apps.registers import columns
from apps.registers.models import RegisterRow, searched, withdrawn_pairs


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "title_sort"])
class Agreement(RegisterRow):
    SLUG = "agreements"

    class Kind(models.TextChoices):
        BILATERAL = "bilateral", _("Song phương")
        MULTILATERAL = "multilateral", _("Đa phương")
        RECOGNITION = "recognition", _("Thừa nhận lẫn nhau")

    title = columns.text(_("tên thỏa thuận"), 300, listed=True)
    kind = columns.choice(_("loại thỏa thuận"), Kind, listed=True, filtered=True)
    parties = columns.text(_("các bên"), 500, listed=True)
    unit = alike.unit(_("đơn vị ký"), on="signed_on")
    signed_on = columns.day(_("ngày ký"), listed=True, filtered=True)
    framework_item = alike.item()
    scope = columns.text(_("phạm vi"), 1000, required=False)
    in_force_on = columns.day(_("có hiệu lực từ"), required=False, ahead=True)
    expires_on = columns.day(
        _("có hiệu lực đến"), required=False, ahead=True, listed=True,
        hint=_("Ngày cuối cùng còn hiệu lực; để trống nếu không ghi thời hạn."),
    )  # fmt: skip
    ended_on = columns.day(
        _("ngày chấm dứt"), required=False, hint=_("Ngày bị bãi bỏ hoặc thay thế: từ ngày này không còn hiệu lực.")
    )
    act = alike.act()
    document = alike.document()
    note = alike.note()

    words = searched("title", "parties", "scope")
    title_sort = sort_key("title")

    class Meta:
        verbose_name = _("thỏa thuận hợp tác")
        verbose_name_plural = _("thỏa thuận hợp tác")
        ordering = ["-signed_on", "title_sort", "id"]
        constraints = [
            alike.once(
                "one_live_agreement_per_unit_and_day", ["title"], ["unit", "signed_on"],
                _("Thỏa thuận này đã có trong sổ."),
            ),
            alike.not_before(
                "in_force_on", "signed_on", "agreement_in_force_after_signing",
                _("Hiệu lực không được bắt đầu trước ngày ký."),
            ),
            alike.not_before(
                "expires_on", "in_force_on", "agreement_expires_after_it_began",
                _("Hiệu lực không được hết trước khi bắt đầu."),
            ),
            alike.not_before(
                "expires_on", "signed_on", "agreement_expires_after_signing",
                _("Hiệu lực không được hết trước ngày ký."),
            ),
            alike.not_before(
                "ended_on", "signed_on", "agreement_ended_after_signing", _("Ngày chấm dứt không được trước ngày ký.")
            ),
            withdrawn_pairs("agreement_withdrawn_with_who_and_why"),
        ]  # fmt: skip
        indexes = [
            *alike.indexes("agreement", "signed_on", "title_sort"),
            models.Index(fields=["expires_on"], name="agreement_expiry"),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "organisation_sort"]
)
class InternationalMembership(RegisterRow):
    """A place in an organisation or one of its committees, from a day on."""

    SLUG = "international-memberships"

    class Role(models.TextChoices):
        CHAIR = "chair", _("Chủ tịch, trưởng ban")
        SECRETARY = "secretary", _("Thư ký")
        FULL = "full", _("Thành viên đầy đủ")
        ASSOCIATE = "associate", _("Thành viên liên kết")
        OBSERVER = "observer", _("Quan sát viên")
        EXPERT = "expert", _("Chuyên gia")

    organisation = columns.text(_("tổ chức, diễn đàn"), 200, listed=True, example="APMP")
    committee = columns.text(
        _("ban, tiểu ban kỹ thuật"), 200, required=False, listed=True, hint=_("Để trống nếu là của cả tổ chức.")
    )
    role = columns.choice(_("vai trò"), Role, listed=True, filtered=True)
    person = columns.text(_("người đại diện"), 150, required=False)
    unit = alike.unit(_("đơn vị tham gia"), on="began_on")
    began_on = columns.day(_("từ ngày"), listed=True, filtered=True)
    ended_on = columns.day(
        _("đến ngày"), required=False, ahead=True, listed=True, hint=_("Ngày cuối cùng; để trống nếu không thời hạn.")
    )
    framework_item = alike.item()
    act = alike.act()
    document = alike.document()
    note = alike.note()

    words = searched("organisation", "committee", "person")
    organisation_sort = sort_key("organisation")

    class Meta:
        verbose_name = _("lượt tham gia tổ chức quốc tế")
        verbose_name_plural = _("lượt tham gia tổ chức quốc tế")
        ordering = ["-began_on", "organisation_sort", "id"]
        constraints = [
            alike.once(
                "one_live_place_per_committee_and_day", ["organisation", "committee", "person"], ["unit", "began_on"],
                _("Lượt tham gia này đã có trong sổ."),
            ),
            alike.not_before(
                "ended_on", "began_on", "place_ends_after_it_began", _("Ngày cuối không được trước ngày đầu.")
            ),
            withdrawn_pairs("place_withdrawn_with_who_and_why"),
        ]  # fmt: skip
        indexes = [
            *alike.indexes("place", "began_on", "organisation_sort"),
            models.Index(fields=["ended_on"], name="place_expiry"),
        ]

    def __str__(self) -> str:
        return self.organisation


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "title_sort"])
class Exchange(RegisterRow):
    """One course abroad, visit, expert's stay or joint research with others of the field."""

    SLUG = "exchanges"

    class Kind(models.TextChoices):
        COURSE = "course", _("Khóa đào tạo, tập huấn")
        VISIT = "visit", _("Trao đổi kinh nghiệm")
        EXPERT = "expert", _("Thuê, mời chuyên gia nước ngoài")
        RESEARCH = "research", _("Hợp tác nghiên cứu, chuyển giao công nghệ")

    title = columns.text(_("nội dung trao đổi"), 300, listed=True)
    kind = columns.choice(_("hình thức"), Kind, listed=True, filtered=True)
    partner = columns.text(_("đối tác"), 300, listed=True, example="KRISS")
    country = columns.text(_("quốc gia, nền kinh tế"), 120, listed=True)
    unit = alike.unit(_("đơn vị thực hiện"), on="ended_on")
    started_on = columns.day(_("từ ngày"))
    ended_on = columns.day(_("đến ngày"), listed=True, filtered=True, hint=_("Được tính vào kỳ báo cáo có ngày này."))
    framework_item = alike.item()
    people = columns.whole(_("số người tham gia"), required=False, listed=True)
    result = columns.text(_("kết quả"), 1000, required=False)
    act = alike.act()
    document = alike.document()
    note = alike.note()

    words = searched("title", "partner", "country", "result")
    title_sort = sort_key("title")

    class Meta:
        verbose_name = _("hoạt động trao đổi, hợp tác")
        verbose_name_plural = _("hoạt động trao đổi, hợp tác")
        ordering = ["-ended_on", "title_sort", "id"]
        constraints = [
            alike.once(
                "one_live_exchange_per_unit_and_day", ["title", "partner"], ["unit", "started_on"],
                _("Hoạt động này đã có trong sổ."),
            ),
            alike.not_before(
                "ended_on", "started_on", "exchange_ends_after_it_starts", _("Ngày cuối không được trước ngày đầu.")
            ),
            withdrawn_pairs("exchange_withdrawn_with_who_and_why"),
        ]  # fmt: skip
        indexes = alike.indexes("exchange", "ended_on", "title_sort")

    def __str__(self) -> str:
        return self.title
