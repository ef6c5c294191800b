"""Who was trained: courses and their attendances, the facts behind MT4. Of a person as little as the count needs."""

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.core.models import sort_key
from apps.registers import columns
from apps.registers.models import RegisterRow, searched, withdrawn_pairs


class Subject(models.TextChoices):
    STATE_MANAGEMENT = "management", _("Quản lý nhà nước về đo lường")
    VERIFICATION = "verification", _("Kiểm định, hiệu chuẩn, thử nghiệm")
    ASSURANCE = "assurance", _("Chương trình bảo đảm đo lường")
    STANDARDS = "standards", _("Chuẩn đo lường, chất chuẩn")
    OTHER = "other", _("Nội dung khác")


class Audience(models.TextChoices):
    """For whom the programme trains: those who manage, those who serve, those who use."""

    AUTHORITY = "authority", _("Cơ quan quản lý nhà nước")
    SERVICE = "service", _("Tổ chức kiểm định, hiệu chuẩn, thử nghiệm")
    ENTERPRISE = "enterprise", _("Doanh nghiệp")
    OTHER = "other", _("Đối tượng khác")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "title_sort"])
class TrainingCourse(RegisterRow):
    SLUG = "courses"

    code = columns.code(_("mã khóa"), 40, listed=True, example="ĐT-2026-01")
    title = columns.text(_("tên khóa"), 300, listed=True)
    subject = columns.choice(_("nội dung"), Subject, listed=True, filtered=True)
    unit = columns.unit(_("đơn vị tổ chức"), listed=True, filtered=True, on="ends_on")
    place = columns.text(_("địa điểm"), 300, required=False)
    starts_on = columns.day(_("khai giảng"), listed=True)
    ends_on = columns.day(_("bế giảng"), listed=True, filtered=True, hint=_("Lượt học viên được tính vào ngày này."))
    hours = columns.whole(_("số giờ học"), required=False)
    decision = columns.act(_("quyết định mở khóa"), required=False)
    note = columns.text(_("ghi chú"), 500, required=False)

    words = searched("code", "title", "place")
    title_sort = sort_key("title")

    class Meta:
        verbose_name = _("khóa đào tạo, bồi dưỡng")
        verbose_name_plural = _("khóa đào tạo, bồi dưỡng")
        ordering = ["-ends_on", "title_sort", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("code"),
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_course_per_code",
                violation_error_message=_("Mã khóa đã có trong sổ."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="course_ends_after_it_starts",
                violation_error_message=_("Ngày bế giảng không được trước ngày khai giảng."),
            ),
            withdrawn_pairs("course_withdrawn_with_who_and_why"),
        ]
        indexes = [
            models.Index(fields=["-ends_on", "title_sort", "id"], name="course_sort"),
            models.Index(fields=["unit", "ends_on"], name="course_unit_day"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="course_words"),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "full_name_sort"])
class Attendance(RegisterRow):
    """One person in one course: one attendance (lượt). A person is known by name, year of birth and workplace only."""

    SLUG = "attendances"
    UNIT = "course__unit"

    course = columns.row(_("khóa"), TrainingCourse, listed=True, filtered=True)
    full_name = columns.text(_("họ và tên"), 120, listed=True)
    birth_year = columns.whole(_("năm sinh"), required=False, listed=True, is_year=True)
    workplace = columns.text(_("nơi làm việc"), 300, listed=True)
    audience = columns.choice(_("đối tượng"), Audience, listed=True, filtered=True)
    note = columns.text(_("ghi chú"), 500, required=False)

    words = searched("full_name", "workplace")
    full_name_sort = sort_key("full_name")

    class Meta:
        verbose_name = _("lượt học viên")
        verbose_name_plural = _("lượt học viên")
        ordering = ["full_name_sort", "id"]
        constraints = [
            models.UniqueConstraint(
                "course", Lower("full_name"), "birth_year", Lower("workplace"),
                condition=Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="one_attendance_per_person_and_course",
                violation_error_message=_("Học viên này đã có trong khóa."),
            ),
            models.CheckConstraint(
                condition=Q(birth_year__isnull=True) | Q(birth_year__range=(1930, 2015)),
                name="a_birth_year_of_who_works",
                violation_error_message=_("Năm sinh phải từ 1930 đến 2015."),
            ),
            withdrawn_pairs("attendance_withdrawn_with_who_and_why"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["full_name_sort", "id"], name="attendance_sort"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="attendance_words"),
        ]

    def __str__(self) -> str:
        return self.full_name
