"""The name under which a file that came in is kept."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.core.masking import hide_identity_numbers
from apps.core.text import clean_text
from apps.exchange.parse import ending_of


def kept_name(told: str) -> str:
    """It stands on pages, in lists and in the audit for readers who may not see whose number it is."""
    name = hide_identity_numbers(clean_text(told.replace("/", " ").replace("\\", " ")))[-200:]
    if not ending_of(name):
        taken = _("Chỉ nhận tệp .xlsx, .xls, .ods, .csv. Mở tệp trong Excel, lưu lại dạng “Excel Workbook”.")
        raise ValidationError(taken, code="name")
    return name
