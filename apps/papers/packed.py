"""Office files are zips that say when they were written; ours say nothing of it, so that the same data is one file."""

import io
import zipfile
from collections.abc import Callable

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day that a zip can tell: the day of writing would make other bytes each time


def _as_it_is(name: str, content: bytes) -> bytes:
    return content


def without_times(package: io.BytesIO, told: Callable[[str, bytes], bytes] = _as_it_is) -> bytes:
    """`told`: what a part, by its name, is to say instead."""
    packed = io.BytesIO()
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, EPOCH), told(name, old.read(name)), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
