from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from apps.core.text import clean_text
from apps.core.wall import wall_open


class CheckedTextModel(models.Model):
    """The last gate of a text: by whatever door it came, full_clean() leaves it in the form in which it is kept."""

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        refused = {}
        for field in self._meta.concrete_fields:
            is_text = isinstance(field, (models.CharField, models.TextField)) and not field.choices
            if not is_text or field.name in (exclude or ()) or not isinstance(getattr(self, field.attname), str):
                continue
            text = getattr(self, field.attname)
            try:
                setattr(self, field.attname, clean_text(text, multiline=isinstance(field, models.TextField)))
            except ValidationError as refusal:
                refused[field.name] = refusal
        if refused:
            raise ValidationError(refused)
        super().clean_fields(exclude)

    # What may stand once in the whole country is looked for in the whole country: the database refuses it in any case.

    @wall_open("rules of a row are asked of every unit's rows")
    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        super().full_clean(*args, **kwargs)

    @wall_open("rules of a row are asked of every unit's rows")
    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        super().validate_unique(exclude)

    @wall_open("rules of a row are asked of every unit's rows")
    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        super().validate_constraints(exclude)


class TimeStampedModel(CheckedTextModel):
    """When the row came and when it last changed."""

    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)

    class Meta:
        abstract = True


class VnFold(models.Func):
    """SQL `vn_fold`: lower case without accents, đ as d, «đảm bảo» as «bảo đảm». For searching."""

    function = "vn_fold"
    output_field = models.TextField()


INDEXED = 3  # letters: the index of words knows what stands in them by three signs at a time


def words_with(text: str, column: str = "words") -> Q:
    """Rows whose folded words have this in them. Of one or two letters only where a word begins so: anywhere within
    words they are in most rows, and no index finds them.
    """
    folded = VnFold(Value(text.strip()))
    if len(text.strip()) >= INDEXED:
        return Q(**{f"{column}__contains": folded})
    return Q(**{f"{column}__startswith": folded}) | Q(**{f"{column}__contains": Concat(Value(" "), folded)})


class VnSort(models.Func):
    """SQL `vn_sort`: a key whose byte order is Vietnamese order (Đ after D, tones last). For sorting."""

    function = "vn_sort"
    output_field = models.TextField()


def folded(source: str) -> models.GeneratedField:
    return models.GeneratedField(expression=VnFold(source), output_field=models.TextField(), db_persist=True)


def sort_key(source: Any) -> models.GeneratedField:
    return models.GeneratedField(expression=VnSort(source), output_field=models.TextField(), db_persist=True)


def joined(rows: Any, names: Collection[str]) -> Any:
    """With what these relations name, in one query; `select_related()` without a name would join everything."""
    return rows.select_related(*names) if names else rows
