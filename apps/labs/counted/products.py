"""Developed products as MT3 counts them: each once, on the day it was accepted."""

from django.utils.translation import gettext_lazy as _

from apps.labs.registers.products import PRODUCTS as REGISTER
from apps.registers.counted import source_of
from apps.targets.facts import Breakdown

PRODUCTS = source_of(
    REGISTER,
    rows="""
        SELECT p.id AS row_id, p.id AS record_id, p.id::text AS thing, p.unit_id, p.accepted_on AS day,
               NULL::date AS until, 1 AS amount, p.kind,
               CASE WHEN p.commercialised_on IS NULL THEN 'no' ELSE 'yes' END AS commercialised
        FROM labs_developedproduct p WHERE p.withdrawn_at IS NULL
    """,
    day=_("Ngày nghiệm thu"),
    reached=_("sản phẩm được nghiệm thu trong kỳ"),
    place=_("Đơn vị quản lý"),
    breakdowns={
        "kind": Breakdown(_("loại sản phẩm"), "kind"),
        "commercialised": Breakdown(_("đã thương mại hóa hay chưa (theo thông tin mới nhất)"), "commercialised"),
    },
    related=("decision",),
)
