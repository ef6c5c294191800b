"""Filters of lists: words and days pass the same gate as what is kept, so that one search finds every spelling."""

from django_filters import CharFilter, Filter

from apps.core.fields import DayField, SearchField


class TextFilter(CharFilter):
    field_class = SearchField


class DayFilter(Filter):
    field_class = DayField
