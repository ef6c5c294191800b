from django.db import models
from django.utils.translation import gettext_lazy as _


class TimeStampedModel(models.Model):
    """When the row came and when it last changed."""

    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)

    class Meta:
        abstract = True


class VnFold(models.Func):
    """SQL `vn_fold`: lower case without accents, đ as d, «đảm bảo» as «bảo đảm». For searching."""

    function = "vn_fold"
    output_field = models.TextField()


class VnSort(models.Func):
    """SQL `vn_sort`: a key whose byte order is Vietnamese order (Đ after D, tones last). For sorting."""

    function = "vn_sort"
    output_field = models.TextField()


def folded(source: str) -> models.GeneratedField:
    return models.GeneratedField(expression=VnFold(source), output_field=models.TextField(), db_persist=True)


def sort_key(source: str) -> models.GeneratedField:
    return models.GeneratedField(expression=VnSort(source), output_field=models.TextField(), db_persist=True)
