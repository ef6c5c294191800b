"""Which files come in: by ending, first bytes and content, which must say the same."""

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.utils.translation import gettext as _

from apps.core.masking import hide_identity_numbers
from apps.documents import packages
from apps.documents.pictures import drawn_anew

MAX_BYTES = 20 * 1024 * 1024
MAX_MEMBERS = 3000  # of a text: each of its pictures is one
LONGEST_NAME = 200
FIRST = 16  # bytes
OPEN_XML = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class Checked:
    """What is kept of an upload: a plain name, the type it is sent out with, the bytes (a picture's are new)."""

    name: str
    content_type: str
    file: File
    sha256: str


class FileType(NamedTuple):
    begins: tuple[bytes, ...]
    content_type: str
    content: Callable[[File], File]  # refuses, or gives what is to be kept


def checked_attachment(upload: File) -> Checked:
    """A file that may hang on a record: its ending, its first bytes and its content say the same."""
    name = plain_name(upload.name or "")
    ending = PurePosixPath(name).suffix.lower()
    if ending not in TYPES:
        told = _("Chỉ nhận tệp %(endings)s. Lưu tệp sang một trong các định dạng đó rồi tải lại.")
        raise ValidationError(told % {"endings": ", ".join(TYPES)}, code="type")
    kind = TYPES[ending]
    upload.seek(0)
    if not upload.size:
        raise ValidationError(_("Tệp rỗng. Chọn lại tệp cần đính kèm."), code="empty")
    if not upload.read(FIRST).startswith(kind.begins):
        raise _not_so(ending)
    upload.seek(0)
    kept = kind.content(upload)
    digest = hashlib.sha256()
    for chunk in kept.chunks():
        digest.update(chunk)
    kept.seek(0)
    return Checked(name, kind.content_type, kept, digest.hexdigest())


def too_big() -> ValidationError:
    return ValidationError(_("Tệp lớn hơn 20 MB. Chia tệp thành nhiều phần rồi tải lại."), code="size")


def plain_name(name: str) -> str:
    """NFC, without a folder, without a person's number, and without signs nobody sees: U+202E would turn «fdp.exe» into
    «exe.pdf»."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = hide_identity_numbers(" ".join("".join(char for char in last if char.isprintable()).split()))
    stem, dot, ending = shown.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if dot else shown[:LONGEST_NAME]


def _as_it_is(upload: File) -> File:
    return upload


def _office(upload: File, *, ending: str, kind: packages.Kind) -> File:
    """As strict as the gate of imports, in words for a file that is kept rather than read."""
    file: Any = upload  # reads and seeks as a file does
    try:
        parts = packages.look_into(file, packages.check_envelope(file), kind, MAX_MEMBERS)
        if packages.fetches_from_elsewhere(file, parts):
            raise packages.refused("external_links")
    except packages.Refused as refusal:
        raise _refused(refusal.code, ending) from None
    upload.seek(0)
    return upload


def _refused(code: str, ending: str) -> ValidationError:
    if code == "too_big":
        return too_big()
    if code in ("not_xlsx", "old_xls", "wrong_kind", "missing_part"):
        return _not_so(ending)
    told = {
        "encrypted": _("Tệp %(ending)s có mật khẩu. Bỏ mật khẩu rồi tải lại."),
        "macro_file": _("Tệp %(ending)s chứa macro. Lưu lại kiểu không có macro hoặc lưu sang PDF rồi tải lại."),
        "macros": _("Tệp %(ending)s chứa macro. Lưu lại kiểu không có macro hoặc lưu sang PDF rồi tải lại."),
        "embedded": _("Tệp %(ending)s chứa đối tượng nhúng. Bỏ các đối tượng đó hoặc lưu tệp sang PDF rồi tải lại."),
        "external_links": _(
            "Tệp %(ending)s lấy nội dung từ nơi khác. Ngắt các liên kết đó hoặc lưu sang PDF rồi tải lại."
        ),
        "bomb": _("Tệp %(ending)s giải nén ra quá lớn. Lưu tệp sang PDF rồi tải lại."),
        "too_many_members": _("Tệp %(ending)s giải nén ra quá lớn. Lưu tệp sang PDF rồi tải lại."),
    }.get(code, _("Tệp %(ending)s bị hỏng. Mở tệp bằng Word, Excel, lưu lại rồi tải lên lại."))
    return ValidationError(told % {"ending": ending}, code=code)


def _not_so(ending: str) -> ValidationError:
    told = _("Nội dung tệp không phải %(ending)s. Mở tệp, lưu lại đúng định dạng rồi tải lại.")
    return ValidationError(told % {"ending": ending}, code="content")


OFFICE = (packages.ZIP_MAGIC, packages.OLE_MAGIC)  # the latter where there is a password: the content's check tells
JPEG = FileType((b"\xff\xd8\xff",), "image/jpeg", partial(drawn_anew, kind="JPEG"))
# What may hang on a record: ending, first bytes, the type it is sent out with, what the content must be.
TYPES = {
    ".pdf": FileType((b"%PDF-",), "application/pdf", _as_it_is),
    ".docx": FileType(
        OFFICE,
        f"{OPEN_XML}.wordprocessingml.document",
        partial(_office, ending=".docx", kind=packages.TEXT),
    ),
    ".xlsx": FileType(
        OFFICE,
        f"{OPEN_XML}.spreadsheetml.sheet",
        partial(_office, ending=".xlsx", kind=packages.WORKBOOK),
    ),
    ".jpg": JPEG,
    ".jpeg": JPEG,
    ".png": FileType((b"\x89PNG\r\n\x1a\n",), "image/png", partial(drawn_anew, kind="PNG")),
}


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
