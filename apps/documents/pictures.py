"""Pictures are drawn anew: what was appended to one, hidden in it or told of camera and place does not come in."""

import io
import threading

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

# A sheet of A4 at 600 dpi has 35 million, a telephone's picture 12 to 50. Counted before anything is unfolded: a file
# of 50 kB can be a picture of 20,000 × 20,000.
MAX_PIXELS = 50_000_000
QUALITY = 90  # letters on a photographed page stay as they were
PLAIN = {"JPEG": ("L", "RGB"), "PNG": ("1", "L", "RGB", "RGBA")}  # how the kinds of picture are kept
_one_at_a_time = threading.Semaphore(1)  # each may unfold to 200 MB, and the web process has eight threads


def drawn_anew(upload: File, kind: str) -> File:
    """The picture alone, upright, in a file of its own; `kind` is JPEG or PNG and nothing else is tried."""
    with _one_at_a_time:
        try:
            picture: Image.Image = Image.open(upload, formats=[kind])  # reads the head only
            if picture.width * picture.height > MAX_PIXELS:
                raise _too_large()
            return _written(picture, kind)
        except ValidationError:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _too_large() from None
        except Exception as error:  # whatever the decoder thinks of a broken file
            told = _("Ảnh bị hỏng, không đọc được. Mở ảnh, lưu lại thành .jpg hoặc .png rồi tải lên lại.")
            raise ValidationError(told, code="content") from error


def _written(picture: Image.Image, kind: str) -> File:
    ImageOps.exif_transpose(picture, in_place=True)
    if picture.mode not in PLAIN[kind]:
        picture = picture.convert("RGBA" if kind == "PNG" and picture.has_transparency_data else "RGB")
    picture.info = {}  # comments, colour profiles and the like would be written again
    kept = io.BytesIO()
    picture.save(kept, kind, quality=QUALITY)
    return ContentFile(kept.getvalue())


def _too_large() -> ValidationError:
    told = _("Ảnh lớn hơn 50 triệu điểm ảnh. Thu nhỏ ảnh rồi tải lên lại.")
    return ValidationError(told, code="pixels")
