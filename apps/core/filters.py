"""Filters of lists: words and days pass the same gate as what is kept, so that one search finds every spelling; of
choices several may be ticked.
"""

from copy import copy
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import BooleanFilter, CharFilter, Filter

from apps.core.fields import DayField, SearchField


class TextFilter(CharFilter):
    field_class = SearchField


class DayFilter(Filter):
    field_class = DayField


class FlagField(forms.NullBooleanField):
    """Yes or no as programs say it. Django's takes whatever else for nothing asked, and answers with everything."""

    widget = forms.TextInput
    SAID = {"true": True, "1": True, "false": False, "0": False, "": None}

    def to_python(self, value: Any) -> bool | None:
        said = str(value or "").lower()
        if said not in self.SAID:
            raise ValidationError(_("Chỉ nhận true hoặc false."), code="invalid_choice")
        return self.SAID[said]


class FlagFilter(BooleanFilter):
    """Of programs; pages offer words instead."""

    field_class = FlagField


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes under each other, in groups where the choices come in groups; none ticked means all."""

    template_name = "components/ticks.html"


class ChoicesField(forms.MultipleChoiceField):
    widget = Ticks

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Each form has fields of its own; what they offer nobody changes, and copying it cost more than the page."""
        copied: Self = super(forms.ChoiceField, self).__deepcopy__(memo)
        copied.choices = self.choices
        return copied

    def to_python(self, value: Any) -> list[str]:
        """An address that names the filter and no value asks for all."""
        return [one for one in super().to_python(value) if one]


class AnyCodesField(ChoicesField):
    """Offers the codes that have a name; one without, come by a link, is as good."""

    def valid_value(self, value: str) -> bool:
        return value.isprintable()  # the database refuses U+0000


class ChoicesFilter(Filter):
    """Rows of any of the values that are ticked. A `method` gets them as a list."""

    field_class: type[forms.Field] = ChoicesField

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Each set of filters says its own choices; those of the class it only reads."""
        copied = copy(self)
        copied.extra = dict(self.extra)
        copied.method = self.method  # what looks it up holds the filter it is of
        return copied

    def filter(self, queryset: QuerySet, values: list[Any]) -> QuerySet:
        return queryset.filter(**{f"{self.field_name}__in": values}) if values else queryset


class CodesFilter(ChoicesFilter):
    field_class = AnyCodesField
