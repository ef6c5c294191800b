"""Papers and pictures that people attach, damaged: kept as they came, drawn anew, or refused in clear words."""

import io
from collections import Counter
from collections.abc import Callable
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.documents.uploads import checked_attachment
from tests.documents.papers import docx, picture
from tests.exchange import workbooks as make
from tests.soak.hostile import xmls, zips  # noqa: F401 - each tells its damages
from tests.soak.hostile.judging import words_are_clear
from tests.soak.hostile.material import DAMAGES, Material

GOOD = {
    "docx": docx([("docProps/app.xml", "<a/>"), ("word/media/a.png", picture("PNG"))]),
    "xlsx": make.register(3),
    "pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    "png": picture("PNG", (60, 40)),
    "jpg": picture("JPEG", (60, 40)),
}
OF_WORKBOOKS = {"bomb_in_the_sheet", "member_twice", "member_twice_by_case"}
MANY = "more_members_than_a_workbook_has"  # a text may have thousands: each of its pictures is one
EACH = 40  # of pictures and of .pdf, with bytes changed


def files() -> list[tuple[str, str, bytes, bool | None]]:
    """Ending, what was done, the file, whether it must be taken."""
    found: list[tuple[str, str, bytes, bool | None]] = []
    for ending in ("docx", "xlsx"):
        for name, act in DAMAGES["zip"].items():
            if ending == "xlsx" or name not in OF_WORKBOOKS:
                one = act(Material(GOOD[ending], 1, ((2, 1),)), Random(f"{ending} {name}"))
                taken = None if name == MANY else one.claim.taken
                found.append((ending, name, one.content, taken))
    for ending, good in GOOD.items():
        for other, body in GOOD.items():
            if {ending, other} != {"docx"} and ending != other:
                found.append((ending, f"a {other} by another name", body, False))
        for seed in range(EACH if ending not in ("docx", "xlsx") else 10):
            rng, changed = Random(f"{ending} {seed}"), bytearray(good)
            for _count in range(rng.randrange(1, 20)):
                changed[rng.randrange(8, len(changed))] = rng.randrange(256)
            cut = rng.randrange(9, len(good))
            found += [(ending, "bytes changed", bytes(changed), None), (ending, "cut off", good[:cut], None)]
    return found


def test_attachments(say: Callable[[str], None]) -> None:
    counted, wrong = Counter[str](), []
    for ending, name, body, taken in files():
        upload = SimpleUploadedFile(f"biên bản.{ending}", body)
        try:
            kept = checked_attachment(upload)
        except ValidationError as refusal:
            counted[f"{ending} refused"] += 1
            wrong += [f"{ending} {name}: {words}" for words in refusal.messages if not words_are_clear(words)]
            wrong += [f"{ending} {name}: refused"] if taken else []
            continue
        counted[f"{ending} taken"] += 1
        assert io.BytesIO(kept.file.read()).getbuffer().nbytes
        wrong += [f"{ending} {name}: taken"] if taken is False else []
    say(f"attachments: {counted.total()} files, {dict(sorted(counted.items()))}")
    assert not wrong, "\n" + "\n".join(wrong)


pytestmark = pytest.mark.filterwarnings("ignore")
