"""Reference data of metrology: the fields of measurement, and the criteria by which laboratories are assessed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.kept_words import in_reader_language
from apps.core.memo import once_per_request


class MeasurementField(models.Model):
    """A field of measurement, within an area of the KCDB."""

    code = models.CharField(_("mã"), primary_key=True, max_length=40)
    name = models.CharField(_("tên"), max_length=100)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=100, blank=True, db_default="")
    area = models.CharField(_("lĩnh vực KCDB"), max_length=3)
    position = models.PositiveSmallIntegerField(_("thứ tự"))

    class Meta:
        verbose_name = _("lĩnh vực đo")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return in_reader_language(self.name, self.name_en)


class CriteriaSet(models.Model):
    """A version of the national criteria, by the code people call it by; its criteria are rows of a register."""

    code = models.CharField(_("ký hiệu"), primary_key=True, max_length=40)
    name = models.CharField(_("tên"), max_length=200)
    position = models.PositiveSmallIntegerField(_("thứ tự"))

    class Meta:
        verbose_name = _("bộ tiêu chí")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code


@once_per_request
def field_names() -> dict[str, str]:
    return {one.code: str(one) for one in MeasurementField.objects.all()}


@once_per_request
def criteria_set_codes() -> dict[str, str]:
    return {code: code for code in CriteriaSet.objects.values_list("code", flat=True)}
