"""What an Office file (.xlsx, .docx: a zip of parts) must be before anything looks into its parts.

Standard library only: the throw-away reader of imports (exchange/child.py) loads this file by its path, without the
project around it. Nothing here trusts what the file says of itself: sizes are counted while inflating, sums are
checked, and whatever two readers could understand differently is refused.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, NamedTuple
from xml.parsers import expat

MAX_FILE = 20 * 1024 * 1024
MAX_MEMBERS = 300
MAX_INFLATED = 200 * 1024 * 1024
MAX_RATIO = 300

CHUNK = 64 * 1024
SMALL = 1024 * 1024  # a member below this is no bomb at any ratio
DIRECTORY_ENTRY = 1024  # generous for one entry of the zip directory
MAX_ELEMENTS = 5_000  # relationships, content types, sheets of one file
END_RECORD = 22
LOCAL_HEADER = struct.Struct("<4s2xHH16xHH")  # signature, flags, method, name length, extra length

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"
LOCAL = re.compile(r"file:/{3}[a-z]:|[a-z]:[/\\]")
ENCODINGS = {"utf-8", "utf8", "utf-16", "us-ascii", "ascii"}
DTD = tuple(f"<!{word}".encode(code) for word in ("DOCTYPE", "ENTITY") for code in ("utf-8", "utf-16-le", "utf-16-be"))

# Looked for in the names of parts that are there and in the types declared of them, in lower case. What is declared of
# a part that is not there says nothing: SheetJS declares a type with macros in every file it writes.
FORBIDDEN = (
    ("vbaproject", "macros"),
    ("vbadata", "macros"),
    ("macrosheet", "macros"),
    ("dialogsheet", "macros"),
    ("activex", "embedded"),
    ("oleobject", "embedded"),
    ("/embeddings/", "embedded"),
    ("externallink", "external_links"),
)

SAVE_AS = "Mở tệp bằng Excel, chọn Lưu thành (Save As), kiểu “Excel Workbook (*.xlsx)”, rồi tải lên lại."
COPY = "Chép dữ liệu sang một sổ tính mới, lưu thành .xlsx rồi tải lên lại."

# As whoever imports an .xlsx is told; whoever attaches a file is told in words of its own (uploads.py).
MESSAGES = {
    "empty": "Tệp rỗng, không có dữ liệu. Kiểm tra tệp rồi tải lên lại.",
    "too_big": "Tệp lớn hơn 20 MB. Bỏ hình ảnh, trang tính thừa hoặc chia thành nhiều tệp rồi tải lên lại.",
    "encrypted": "Tệp có mật khẩu. Bỏ mật khẩu (Tệp → Thông tin → Bảo vệ sổ làm việc), lưu thành .xlsx rồi tải lại.",
    "old_xls": "Tệp có định dạng .xls cũ. " + SAVE_AS,
    "not_xlsx": "Tệp không phải sổ tính .xlsx (có thể là tệp CSV hoặc trang web đổi tên). " + SAVE_AS,
    "bad_zip": "Tệp .xlsx bị hỏng hoặc chưa tải về đủ. " + SAVE_AS,
    "too_many_members": "Tệp có hơn 300 thành phần bên trong. Bỏ hình ảnh và trang tính thừa. " + COPY,
    "bad_name": "Tệp có thành phần mang tên không hợp lệ. " + COPY,
    "duplicate_member": "Tệp có hai thành phần trùng tên “{part}”. " + SAVE_AS,
    "bomb": "Tệp giải nén ra quá lớn (hơn 200 MB hoặc nén quá 300 lần). Xóa dòng, cột, định dạng thừa. " + COPY,
    "missing_part": "Tệp .xlsx thiếu thành phần bắt buộc “{part}”. " + SAVE_AS,
    "wrong_kind": "Tệp không phải sổ tính .xlsx (có thể là .xlsb, .docx hoặc .ods). " + SAVE_AS,
    "macro_file": "Tệp là sổ tính kiểu có macro (.xlsm) bị đổi đuôi thành .xlsx. " + SAVE_AS,
    "macros": "Tệp chứa macro. Lưu lại thành “Excel Workbook (*.xlsx)”, kiểu không có macro, rồi tải lên lại.",
    "embedded": "Tệp chứa đối tượng nhúng (OLE, ActiveX). Xóa các đối tượng đó, hoặc: " + COPY,
    "external_links": "Tệp có liên kết tới tệp khác. Trong Excel chọn Dữ liệu → Sửa liên kết (Edit Links) → "
    "Ngắt liên kết (Break Link), lưu rồi tải lên lại.",
    "dtd": "Tệp chứa khai báo DTD (DOCTYPE, ENTITY) trong “{part}”, không được phép. " + COPY,
    "bad_xml": "Thành phần “{part}” của tệp bị hỏng. " + SAVE_AS,
}


class Refused(Exception):  # noqa: N818 - a verdict on the file, not a fault of ours
    """The file is not taken; `message` tells a person why and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def refused(code: str, **values: object) -> Refused:
    return Refused(code, filled(MESSAGES[code], **values))


def filled(message: str, **values: object) -> str:
    """Names taken from the file are cut: a message is for a person, and the file may be hostile."""
    return message.format(**{key: str(value)[:60] for key, value in values.items()})


class Kind(NamedTuple):
    """What makes a package this kind of file: its main part, how that is declared, and what has to be there too."""

    main: str
    types: tuple[str, ...]
    more: tuple[str, ...] = ()


WORKBOOK = Kind(
    "xl/workbook.xml",
    ("spreadsheetml.sheet.main+xml", "spreadsheetml.template.main+xml"),
    ("xl/_rels/workbook.xml.rels",),
)
TEXT = Kind("word/document.xml", ("wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml"))
# The main parts of other kinds of files that are packages too.
MAINS = {"xl/workbook.xml", "xl/workbook.bin", "word/document.xml", "ppt/presentation.xml", "content.xml"}
Parts = dict[str, zipfile.ZipInfo]


def check_envelope(file: BinaryIO) -> int:
    """Size and first bytes; cheap enough for the page that receives the upload. Returns the size."""
    size = file.seek(0, 2)
    if size == 0:
        raise refused("empty")
    if size > MAX_FILE:
        raise refused("too_big")
    file.seek(0)
    head = file.read(len(OLE_MAGIC))
    if head == OLE_MAGIC:
        locked = "EncryptedPackage".encode("utf-16-le") in file.read(MAX_FILE)
        raise refused("encrypted" if locked else "old_xls")
    if not head.startswith(ZIP_MAGIC):
        raise refused("not_xlsx")
    return size


def members_of(file: BinaryIO, size: int, most: int = MAX_MEMBERS) -> tuple[Parts, bool]:
    """The members of any zip, sound and of bearable size, by their names in lower case; whether one is an OLE file."""
    listed = _directory(file, size, most)
    foreign = _inflate_all(file, listed)
    return {member.orig_filename.lower(): member for member in listed}, foreign


def look_into(file: BinaryIO, size: int, kind: Kind, members: int = MAX_MEMBERS) -> Parts:
    """Every check of a package as a whole; its parts by their names in lower case."""
    parts, foreign = members_of(file, size, members)
    _check_kind(file, parts, kind)
    if foreign:
        raise refused("embedded")
    return parts


def fetches_from_elsewhere(file: BinaryIO, parts: Parts) -> bool:
    """Whether opening the file would load something over the network: a template, a picture. Hyperlinks wait for a
    click, and a template in a folder of the writer's own machine is found nowhere else.
    """
    for name, member in parts.items():
        if not name.endswith(".rels"):
            continue
        for _name, attributes in elements(file, member, "Relationship"):
            target = attributes.get("Target", "").strip().lower()
            is_link = attributes.get("Type", "").lower().endswith("/hyperlink")
            if attributes.get("TargetMode", "").lower() == "external" and not is_link and not LOCAL.match(target):
                return True
    return False


def inflate(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """A member's bytes in pieces of at most CHUNK, to the true end of its stream.

    `ZipFile.open` stops at the declared size and other readers do not, so a member could show each a different face.
    """
    unpack = zlib.decompressobj(-zlib.MAX_WBITS) if member.compress_type == zipfile.ZIP_DEFLATED else None
    size, checksum = 0, 0
    try:
        for piece in _unpacked(_packed(file, member), unpack):
            size += len(piece)
            checksum = zlib.crc32(piece, checksum)
            yield piece
    except zlib.error as error:
        raise refused("bad_zip") from error
    if (size, checksum) != (member.file_size, member.CRC):
        raise refused("bad_zip")


def parse_xml(chunks: Iterable[bytes], part: str, parser: expat.XMLParserType) -> None:
    """Drives a parser whose handlers the caller has set; DTD, entities and rare encodings are refused."""

    def refuse_dtd(*_args: object) -> None:
        raise refused("dtd", part=part)

    def check_declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in ENCODINGS:
            raise refused("bad_xml", part=part)

    parser.StartDoctypeDeclHandler = refuse_dtd
    parser.EntityDeclHandler = refuse_dtd
    parser.XmlDeclHandler = check_declaration
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, UnicodeError) as error:
        raise refused("bad_xml", part=part) from error


def _directory(file: BinaryIO, size: int, most: int) -> list[zipfile.ZipInfo]:
    file.seek(max(0, size - END_RECORD))
    end = file.read(END_RECORD)
    # A comment or bytes after the end let two readers find two different directories.
    if len(end) < END_RECORD or not end.startswith(b"PK\x05\x06") or end[20:] != b"\0\0":
        raise refused("bad_zip")
    entries, length = struct.unpack("<HI", end[10:16])
    if entries > most or length > most * DIRECTORY_ENTRY:
        raise refused("too_many_members")
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OverflowError, OSError) as error:
        raise refused("bad_zip") from error
    if len(members) != entries or not members or min(member.header_offset for member in members) != 0:
        raise refused("bad_zip")
    _check_members(members)
    return members


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    seen = set()
    for member in members:
        name = member.orig_filename
        folded = name.lower()  # part names do not tell upper case from lower
        if not name or name.startswith("/") or ".." in name.split("/") or any(sign in name for sign in "\\:\0"):
            raise refused("bad_name")
        if folded in seen:
            raise refused("duplicate_member", part=name)
        seen.add(folded)
        if member.flag_bits & 0x2041:  # encrypted, strongly encrypted, directory masked
            raise refused("encrypted")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refused("bad_zip")


def _inflate_all(file: BinaryIO, members: list[zipfile.ZipInfo]) -> bool:
    """Whether an OLE file stands among the parts; which kind of parts those are tells why it does."""
    total, foreign = 0, False
    for member in members:
        size, tail = 0, b""
        for piece in inflate(file, member):
            foreign |= size == 0 and piece.startswith(OLE_MAGIC)
            size += len(piece)
            total += len(piece)
            if total > MAX_INFLATED or (size > SMALL and size > MAX_RATIO * member.compress_size):
                raise refused("bomb")
            window = tail + piece
            if (b"<!" in window or b"<\0!" in window) and any(sign in window for sign in DTD):
                raise refused("dtd", part=member.orig_filename)
            tail = window[-32:]
    return foreign


def _check_kind(file: BinaryIO, parts: Parts, kind: Kind) -> None:
    if kind.main not in parts and parts.keys() & MAINS:
        raise refused("wrong_kind")
    for required in ("[content_types].xml", kind.main, *kind.more):
        if required not in parts:
            raise refused("missing_part", part=required)
    types = _types(file, parts)
    if "macroenabled" in types[kind.main]:
        raise refused("macro_file")
    for name, declared in types.items():
        for sign, code in FORBIDDEN:
            if sign in f"/{name}" or sign in declared:
                raise refused(code)
    if not types[kind.main].endswith(kind.types):
        raise refused("wrong_kind")


def _types(file: BinaryIO, parts: Parts) -> dict[str, str]:
    """The type declared of each part that is there, in lower case."""
    by_name: dict[str, str] = {}
    by_ending: dict[str, str] = {}
    for name, attributes in elements(file, parts["[content_types].xml"], "Default", "Override"):
        kind = attributes.get("ContentType", "").lower()
        if name == "Override":
            by_name[attributes.get("PartName", "").lower().lstrip("/")] = kind
        else:
            by_ending[attributes.get("Extension", "").lower()] = kind
    return {name: by_name.get(name) or by_ending.get(name.rpartition(".")[2], "") for name in parts}


def elements(file: BinaryIO, member: zipfile.ZipInfo, *names: str) -> list[tuple[str, dict[str, str]]]:
    """The elements so named, without their prefixes."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local in names:
            found.append((local, attributes))
        if len(found) > MAX_ELEMENTS:
            raise refused("bad_xml", part=member.orig_filename)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parse_xml(inflate(file, member), member.orig_filename, parser)
    return found


def _packed(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The compressed bytes, after holding the local header against the directory."""
    file.seek(member.header_offset)
    header = file.read(LOCAL_HEADER.size)
    if len(header) < LOCAL_HEADER.size:
        raise refused("bad_zip")
    magic, flags, method, name_length, extra_length = LOCAL_HEADER.unpack(header)
    name = file.read(name_length).decode("utf-8" if flags & 0x800 else "cp437", "replace")
    if magic != ZIP_MAGIC or method != member.compress_type or flags & 0x2041 or name != member.orig_filename:
        raise refused("bad_zip")
    position, remaining = member.header_offset + LOCAL_HEADER.size + name_length + extra_length, member.compress_size
    while remaining:
        file.seek(position)  # the caller may read another member between two pieces
        data = file.read(min(CHUNK, remaining))
        if not data:
            raise refused("bad_zip")
        position += len(data)
        remaining -= len(data)
        yield data


def _unpacked(packed: Iterable[bytes], unpack: "zlib._Decompress | None") -> Iterator[bytes]:
    if unpack is None:
        yield from packed
        return
    step: Callable[[bytes, int], bytes] = unpack.decompress
    for data in packed:
        while data:
            yield step(data, CHUNK)
            data = unpack.unconsumed_tail
    while not unpack.eof:
        rest = step(b"", CHUNK)
        if not rest:
            raise refused("bad_zip")
        yield rest
    if unpack.unused_data:
        raise refused("bad_zip")
