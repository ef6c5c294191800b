"""Damages of the package: bombs, two faces of one archive, names that lead elsewhere, what was cut off."""

import io
import struct
import zipfile
import zlib
from random import Random

from tests.soak.hostile.material import Claim, Damaged, Material, add, damage, packed

REFUSED = Claim(taken=False)


@damage("zip")
def bomb_of_one_member(material: Material, rng: Random) -> Damaged:
    return Damaged(packed(material.members() | {"xl/media/image9.png": bytes(rng.randrange(8, 60) << 20)}), REFUSED)


@damage("zip")
def bomb_in_the_sheet(material: Material, rng: Random) -> Damaged:
    part = material.sheet_part()
    blanks = b" " * (rng.randrange(40, 120) << 20)
    xml = material.members()[part].replace(b"</sheetData>", blanks + b"</sheetData>")
    return Damaged(packed(material.members() | {part: xml}), REFUSED)


@damage("zip")
def bomb_of_many_members(material: Material, rng: Random) -> Damaged:
    block = bytes(range(256)) * 4096 + b"x" * (900 << 10)
    return Damaged(
        packed(material.members() | {f"xl/media/{n}.bin": block for n in range(110 + rng.randrange(9))}), REFUSED
    )


@damage("zip")
def more_members_than_a_workbook_has(material: Material, rng: Random) -> Damaged:
    return Damaged(packed(material.members() | {f"docProps/{n}.xml": b"<a/>" for n in range(301)}), REFUSED)


@damage("zip")
def members_over_each_other(material: Material, rng: Random) -> Damaged:
    """Two entries of the directory lead to one place of the file."""
    content = bytearray(material.good)
    places = _directory(content)
    first, second = rng.sample(places, 2)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    return Damaged(bytes(content), REFUSED)


@damage("zip")
def wrong_sum(material: Material, rng: Random) -> Damaged:
    content = bytearray(material.good)
    at = rng.choice(_directory(content))
    content[at + 16] ^= 0xFF
    return Damaged(bytes(content), REFUSED)


@damage("zip")
def false_size(material: Material, rng: Random) -> Damaged:
    content = bytearray(material.good)
    at = rng.choice(_directory(content))
    content[at + 24 : at + 28] = struct.pack("<I", rng.choice([0, 4, 0xFFFFFFFE]))
    return Damaged(bytes(content), REFUSED)


@damage("zip")
def member_twice(material: Material, rng: Random) -> Damaged:
    return Damaged(_appended(material, material.sheet_part(), b"<worksheet/>"), REFUSED)


@damage("zip")
def member_twice_by_case(material: Material, rng: Random) -> Damaged:
    return Damaged(_appended(material, material.sheet_part().upper(), b"<worksheet/>"), REFUSED)


NAMES = ("/etc/passwd", "../../evil.xml", "xl\\evil.xml", "C:evil.xml", "xl/../../evil.xml", "xl/worksheets/..")
for at, bad in enumerate(NAMES):
    add("zip", f"name_{at}", lambda material, rng, bad=bad: Damaged(_appended(material, bad, b"<a/>"), REFUSED))


@damage("zip")
def with_a_password(material: Material, rng: Random) -> Damaged:
    content = bytearray(material.good)
    for at in _directory(content):
        content[at + 8] |= 1
    return Damaged(bytes(content), REFUSED)


@damage("zip")
def cut_off(material: Material, rng: Random) -> Damaged:
    return Damaged(material.good[: rng.randrange(30, len(material.good) - 1)], REFUSED)


@damage("zip")
def something_before_it(material: Material, rng: Random) -> Damaged:
    return Damaged(b"MZ" + bytes(rng.randrange(9, 900)) + material.good, REFUSED)


@damage("zip")
def something_after_it(material: Material, rng: Random) -> Damaged:
    return Damaged(material.good + rng.randbytes(rng.randrange(1, 400)), REFUSED)


@damage("zip")
def two_archives(material: Material, rng: Random) -> Damaged:
    return Damaged(material.good + packed(material.members()), REFUSED)


@damage("zip")
def packed_another_way(material: Material, rng: Random) -> Damaged:
    return Damaged(packed(material.members(), rng.choice([zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])), REFUSED)


@damage("zip")
def not_packed_at_all(material: Material, rng: Random) -> Damaged:
    return Damaged(packed(material.members(), zipfile.ZIP_STORED), Claim(taken=True))


@damage("zip")
def sixty_four_bits(material: Material, rng: Random) -> Damaged:
    """Sizes in the extra field of ZIP64, as some programs write whatever the size."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in material.members().items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(content)
    return Damaged(kept.getvalue(), Claim())


@damage("zip")
def bytes_changed(material: Material, rng: Random) -> Damaged:
    content = bytearray(material.good)
    for _count in range(rng.randrange(1, 30)):
        content[rng.randrange(len(content))] = rng.randrange(256)
    return Damaged(bytes(content), Claim(rows_may_differ=False))


@damage("zip")
def noise_with_the_right_beginning(material: Material, rng: Random) -> Damaged:
    return Damaged(b"PK\x03\x04" + rng.randbytes(5000), REFUSED)


@damage("zip")
def stream_that_goes_on(material: Material, rng: Random) -> Damaged:
    """Bytes after the end of a member's own stream."""
    part = "docProps/app.xml"
    body = material.members().get(part, b"<a/>")
    pressed = zlib.compressobj(9, zlib.DEFLATED, -15)
    stream = pressed.compress(body) + pressed.flush() + rng.randbytes(50)
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, content in material.members().items():
            if name != part:
                archive.writestr(name, content, zipfile.ZIP_DEFLATED)
        archive.writestr(part, stream, zipfile.ZIP_STORED)
    content = bytearray(kept.getvalue())
    for at in (content.rindex(part.encode()) - 46, content.index(part.encode()) - 30):
        method = at + (10 if content[at : at + 4] == b"PK\x01\x02" else 8)
        content[method : method + 2] = struct.pack("<H", 8)
    return Damaged(bytes(content), REFUSED)


def _appended(material: Material, name: str, body: bytes) -> bytes:
    kept = io.BytesIO(material.good)
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), body)
    return kept.getvalue()


def _directory(content: bytes | bytearray) -> list[int]:
    """Where the entries of the directory stand."""
    found, at = [], bytes(content).find(b"PK\x01\x02")
    while at >= 0:
        found.append(at)
        at = bytes(content).find(b"PK\x01\x02", at + 4)
    return found
