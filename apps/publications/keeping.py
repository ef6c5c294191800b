"""The files of an issued book, as they were kept by their hash when it was issued."""

from apps.documents.models import Attachment
from apps.documents.services import path_of
from apps.publications.building import name_kept
from apps.publications.models import ReportBook


def kept_file(book: ReportBook, ending: str) -> bytes | None:
    """None of one that is not issued, or whose file was taken off."""
    if not book.is_issued:
        return None
    sha256 = book.manifest.get("files", {}).get(name_kept(book.manifest, ending))
    hanging = Attachment.objects.of(book).kept().filter(stored__sha256=sha256).select_related("stored").first()
    return path_of(hanging.stored).read_bytes() if hanging else None
