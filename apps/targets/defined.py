"""How an indicator is counted, version by version."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.addresses import fixed
from apps.core.kept_words import in_reader_language
from apps.core.who_when import person
from apps.documents.models import LegalDocument
from apps.targets import guards


class IndicatorDefinitionQuerySet(models.QuerySet["IndicatorDefinition"]):
    def known_on(self, moment: datetime | None) -> Self:
        """Those that had been entered by a moment; all where none is given."""
        return self if moment is None else self.filter(created_at__lte=moment)


class IndicatorDefinition(models.Model):
    """How an indicator is counted from a day on. A new version is a visible break in the series; none is ever changed
    on a page, so what was counted by it at any moment can be counted again.
    """

    indicator = models.ForeignKey("targets.Indicator", models.CASCADE, related_name="definitions")
    version = models.PositiveSmallIntegerField(_("phiên bản"))
    valid_from = models.DateField(_("áp dụng từ"))
    text = models.TextField(_("định nghĩa"))
    text_en = models.TextField(_("định nghĩa bằng tiếng Anh"), blank=True, db_default="")
    # Kinds of the counted things that this version counts, in the codes of their register; none named: all of them.
    kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("loại hình được tính"))
    legal_basis = models.ForeignKey(LegalDocument, models.PROTECT, null=True, blank=True, related_name="+")
    entered_by = person(_("người ghi nhận"))  # nobody of what came with the reference data
    created_at = models.DateTimeField(_("ghi nhận lúc"), auto_now_add=True)

    objects = IndicatorDefinitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("định nghĩa chỉ tiêu")
        ordering = ["indicator", "version"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "version"], name="one_definition_per_version"),
            models.UniqueConstraint(fields=["indicator", "valid_from"], name="one_definition_per_day"),
        ]
        triggers = guards.DEFINITIONS

    def __str__(self) -> str:
        return f"{self.indicator_id} v{self.version}"

    def get_absolute_url(self) -> str:
        return f"{fixed('progress:method')}#dinh-nghia"

    @property
    def told_text(self) -> str:
        return in_reader_language(self.text, self.text_en)
