from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.fields import OnceForm


class ReportUploadForm(OnceForm):
    """The unit's file, filled in."""

    file = forms.FileField(
        label=_("Tệp Excel của báo cáo (.xlsx)"),
        help_text=_("Tối đa 20 MB. Chưa ô nào thay đổi trước khi bạn xem lại và chọn “Ghi vào báo cáo”."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": _("Chọn tệp cần nhập."),
            "empty": _("Tệp rỗng (0 byte). Kiểm tra tệp rồi chọn lại."),
        },
    )
