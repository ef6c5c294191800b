"""Entering an act, correcting it, saying what replaced it; attaching a file and withdrawing it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.fields import OnceForm, RefusableForm, TextField
from apps.documents.fields import DocumentField, NewDocumentFields
from apps.documents.models import LegalDocument
from apps.documents.uploads import TYPES


class DocumentFields(NewDocumentFields):
    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_issuers(by)
        self.fields["title"].help_text = _("Chép nguyên văn trích yếu; để trống nếu chưa biết.")


class DocumentAddForm(DocumentFields, OnceForm):
    pass


class DocumentChangeForm(DocumentFields):
    reason = TextField(label=gettext_lazy("Lý do sửa"), max_length=300)
    seen = TextField(max_length=40, widget=forms.HiddenInput)  # the act as it was shown


class SubjectForm(RefusableForm):
    title = TextField(
        label=gettext_lazy("Trích yếu"), max_length=1000, help_text=gettext_lazy("Chép nguyên văn trích yếu.")
    )


class ReplaceForm(RefusableForm):
    replaced_by = DocumentField(
        label=gettext_lazy("Bị thay thế bởi"), required=False,
        help_text=gettext_lazy("Nhập số, ký hiệu hoặc một phần trích yếu rồi chọn. Để trống: chưa bị thay thế."),
    )  # fmt: skip

    def __init__(self, *args: Any, document: LegalDocument, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replaced_by"].offer_to(by)
        self.initial.setdefault("replaced_by", document.replaced_by)


class AttachForm(RefusableForm):
    """What a service refuses here is the file."""

    file = forms.FileField(
        label=gettext_lazy("Tệp"),
        help_text=gettext_lazy(
            "Nhận .pdf, .docx, .xlsx, .jpg, .jpeg, .png, tối đa 20 MB. "
            "Ảnh được lưu lại, không kèm nơi chụp và máy chụp."
        ),
        max_length=255,
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(TYPES)}),
        error_messages={
            "required": gettext_lazy("Chọn tệp cần đính kèm (tối đa 20 MB)."),
            "empty": gettext_lazy("Tệp rỗng (0 byte). Kiểm tra tệp rồi chọn lại."),
        },
    )
    note = TextField(
        label=gettext_lazy("Ghi chú"), required=False, max_length=300,
        help_text=gettext_lazy("Tệp chứng minh điều gì, ví dụ: biên bản kiểm định ngày 12/03/2026."),
    )  # fmt: skip

    def refused(self, refusal: ValidationError) -> None:
        if not hasattr(refusal, "error_dict"):
            refusal = ValidationError({"file": refusal})
        super().refused(refusal)


class WithdrawForm(RefusableForm):
    reason = TextField(label=gettext_lazy("Lý do gỡ"), max_length=300)
    aliases = {"withdrawn_reason": "reason"}
