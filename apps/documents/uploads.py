import unicodedata
import zipfile
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.utils.translation import gettext as _

from apps.core.masking import hide_identity_numbers

MAX_BYTES = 20 * 1024 * 1024
MAX_MEMBERS = 3000
LONGEST_NAME = 200
PDF, DOCX = ".pdf", ".docx"
# What may hang on a record: ending, first bytes, the type it is sent out with.
TYPES = {
    PDF: (b"%PDF-", "application/pdf"),
    DOCX: (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
ACTIVE = ("vbaproject", "vbadata", "activex", "oleobject", "/embeddings/")


def checked_attachment(upload: File) -> tuple[str, str]:
    """Name and type of a file that may hang on a record: its ending and its content say the same."""
    name = plain_name(upload.name or "")
    ending = PurePosixPath(name).suffix.lower()
    if ending not in TYPES:
        raise ValidationError(_("Chỉ nhận tệp .pdf hoặc .docx. Lưu tệp sang PDF rồi tải lại."), code="type")
    magic, content_type = TYPES[ending]
    upload.seek(0)
    if upload.read(len(magic)) != magic:
        told = _("Nội dung tệp không phải %(ending)s. Mở tệp, lưu lại đúng định dạng rồi tải lại.")
        raise ValidationError(told % {"ending": ending}, code="content")
    if ending == DOCX:
        _check_docx(upload)
    upload.seek(0)
    return name, content_type


def plain_name(name: str) -> str:
    """NFC, without a folder, without a person's number, and without signs nobody sees: U+202E would turn «fdp.exe» into
    «exe.pdf»."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = hide_identity_numbers(" ".join("".join(char for char in last if char.isprintable()).split()))
    stem, dot, ending = shown.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if dot else shown[:LONGEST_NAME]


def _check_docx(upload: File) -> None:
    broken = ValidationError(_("Tệp .docx bị hỏng. Mở bằng Word, lưu lại rồi tải lên lại."), code="content")
    try:
        with zipfile.ZipFile(upload) as parts:
            names = [name.lower() for name in parts.namelist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeError):
        raise broken from None
    if "word/document.xml" not in names or len(names) > MAX_MEMBERS or len(set(names)) < len(names):
        raise broken
    if any(sign in name for sign in ACTIVE for name in names):
        told = _("Tệp .docx chứa macro hoặc đối tượng nhúng. Lưu tệp sang PDF rồi tải lại.")
        raise ValidationError(told, code="active")


class LimitedUploadHandler(FileUploadHandler):
    """Counts file bytes as they come: DATA_UPLOAD_MAX_MEMORY_SIZE does not limit files."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.seen += len(raw_data)
        if self.seen > MAX_BYTES:
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
