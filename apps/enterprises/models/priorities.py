"""The list of trades on which the programme concentrates (Danh mục ngành, lĩnh vực trọng tâm), version by version."""

import re

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core.models import sort_key
from apps.enterprises.models.programmes import Industry
from apps.registers import columns
from apps.registers.models import RegisterQuerySet, RegisterRow, permission_of, searched, withdrawn_pairs

_VSIC = re.compile(r"(?:[A-V][ .\-]?)?(\d{2}(?:\.?\d{1,3})?)|([A-V])", re.ASCII)
_NUMBER = re.compile(r"\w+(?:[.\-]\w+)*", re.ASCII)
UNKNOWN_VSIC = _("Không có trong danh mục ngành của phiên bản VSIC đã chọn")
DIVISION = 2  # digits of the codes that the list of industries holds
KEY_SQL = "s.act_id || ':' || translate(s.number, '.-', '__')"  # of a sector of a version, in figures and addresses


def tidy_vsic(text: str) -> str:
    """«C.10», «C10», «10» are 10; «c» is C."""
    found = _VSIC.fullmatch(text.strip().upper())
    if found is None:
        raise ValidationError(_now("Mã ngành gồm một chữ cái hoặc 2 đến 5 chữ số, ví dụ C hoặc 1020"), code="industry")
    return (found[1] or found[2]).replace(".", "")


def tidy_number(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise ValidationError(_now("Chỉ gồm chữ không dấu, chữ số, dấu chấm và dấu gạch nối, ví dụ I.2"), code="number")
    return text


def unknown_vsic(version: str, code: str) -> ValidationError | None:
    """Whether that version of VSIC has no such division or section; deeper codes are kept as they are written."""
    if not version or not code or Industry.objects.filter(version=version, code=code[:DIVISION]).exists():
        return None
    return ValidationError(str(UNKNOWN_VSIC), code="industry")


class PrioritySectorQuerySet(RegisterQuerySet):
    def sight_of(self, user: User) -> UnitScope:
        """The list is one for the country: whoever may see it sees all of it."""
        return UnitScope(everything=user.has_perm(permission_of(self.model, "view")))


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "sector_sort"])
class PrioritySector(RegisterRow):
    """One trade of one version of the list, with one code of VSIC that it covers and all codes that begin so."""

    SLUG = "priority-sectors"

    class Vsic(models.TextChoices):
        """Whose codes are meant: an enterprise has one of the version of its day."""

        V2018 = "2018", _("Phiên bản 2018")
        V2025 = "2025", _("Phiên bản 2025")

    act = columns.act(_("văn bản ban hành Danh mục"), listed=True)
    number = columns.code(
        _("số thứ tự trong Danh mục"), 20, listed=True, tidy=tidy_number, example="1",
        hint=_("Các dòng của một ngành, lĩnh vực ghi cùng số thứ tự."),
    )  # fmt: skip
    sector = columns.text(_("ngành, lĩnh vực trọng tâm"), 300, listed=True)
    vsic_version = columns.choice(
        _("phiên bản VSIC"), Vsic, listed=True, filtered=True,
        hint=_("Doanh nghiệp được xếp theo phiên bản VSIC ghi ở hồ sơ: ngành có mã ở hai phiên bản thì ghi hai dòng."),
    )  # fmt: skip
    vsic = columns.code(
        _("mã ngành (VSIC)"), 5, listed=True, tidy=tidy_vsic, example="C10",
        hint=_("Cấp 1 đến cấp 5; gồm cả các mã bắt đầu bằng mã này. Ngành có nhiều mã thì mỗi mã một dòng."),
    )  # fmt: skip
    valid_from = columns.day(_("hiệu lực từ ngày"), listed=True, filtered=True, ahead=True)
    valid_to = columns.day(
        _("hết hiệu lực từ ngày"), required=False, listed=True, ahead=True,
        hint=_("Từ ngày này không còn thuộc Danh mục; để trống nếu vẫn còn hiệu lực."),
    )  # fmt: skip
    unit = columns.unit(_("đơn vị quản lý Danh mục"))
    note = columns.text(_("ghi chú"), 500, required=False)

    words = searched("sector", "vsic", "number")
    sector_sort = sort_key("sector")

    objects = PrioritySectorQuerySet.as_manager()

    class Meta:
        verbose_name = _("ngành, lĩnh vực trọng tâm")
        verbose_name_plural = _("ngành, lĩnh vực trọng tâm")
        ordering = ["-valid_from", "number", "vsic", "id"]
        constraints = [
            models.UniqueConstraint(
                "act", Lower("number"), "vsic_version", Lower("vsic"),
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_code_per_sector_of_an_act",
                violation_error_message=_("Mã ngành này đã có ở số thứ tự đó của Danh mục."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="sector_ends_after_it_begins",
                violation_error_message=_("Ngày hết hiệu lực phải sau ngày có hiệu lực."),
            ),
            withdrawn_pairs("sector_withdrawn_with_who_and_why"),
        ]  # fmt: skip
        indexes = [GinIndex(OpClass("words", name="gin_trgm_ops"), name="sector_words")]

    def __str__(self) -> str:
        return self.sector

    def clean(self) -> None:
        super().clean()
        if wrong := unknown_vsic(self.vsic_version, self.vsic):
            raise ValidationError({"vsic": wrong})
