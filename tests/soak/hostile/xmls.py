"""Damages of the XML within: declarations, encodings, depth, size, what is missing or leads in a circle or outside."""

import re
from random import Random

from tests.soak.hostile.material import Claim, Damaged, Material, add, cell_replaced, damage, edited, packed

REFUSED, SAME = Claim(taken=False), Claim(taken=True)
WORKBOOK, LINKS, TYPES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
DOCTYPES = (
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">',
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
)


@damage("xml")
def an_entity(material: Material, rng: Random) -> Damaged:
    part = rng.choice([material.sheet_part(), WORKBOOK, TYPES, LINKS])
    told = rng.choice(DOCTYPES)
    return Damaged(edited(material, part, lambda text: _after_declaration(text, told)), REFUSED)


@damage("xml")
def an_entity_in_sixteen_bits(material: Material, rng: Random) -> Damaged:
    members, part = material.members(), material.sheet_part()
    text = '<?xml version="1.0" encoding="UTF-16"?>' + rng.choice(DOCTYPES) + _bare(members[part].decode())
    return Damaged(packed(members | {part: text.encode("utf-16")}), REFUSED)


@damage("xml")
def sixteen_bits(material: Material, rng: Random) -> Damaged:
    members, part = material.members(), material.sheet_part()
    text = '<?xml version="1.0" encoding="UTF-16"?>' + _bare(members[part].decode())
    return Damaged(packed(members | {part: text.encode("utf-16")}))


@damage("xml")
def a_code_that_it_is_not(material: Material, rng: Random) -> Damaged:
    members, part = material.members(), material.sheet_part()
    code = rng.choice(["utf-7", "shift_jis", "utf-32", "koi8-r", "no-such-code"])
    text = f'<?xml version="1.0" encoding="{code}"?>' + _bare(members[part].decode())
    return Damaged(packed(members | {part: text.encode()}), REFUSED)


@damage("xml")
def bytes_that_are_no_text(material: Material, rng: Random) -> Damaged:
    members, part = material.members(), material.sheet_part()
    return Damaged(packed(members | {part: members[part].replace(b"</row>", b"\xff\xfe</row>", 1)}), REFUSED)


@damage("xml")
def a_huge_attribute(material: Material, rng: Random) -> Damaged:
    value = "x" * (rng.randrange(2, 9) << 20)
    return Damaged(
        edited(material, material.sheet_part(), lambda t: t.replace("<sheetData", f'<sheetData a="{value}"'))
    )


@damage("xml")
def very_deep(material: Material, rng: Random) -> Damaged:
    deep = rng.randrange(5_000, 200_000)
    nested = "<a>" * deep + "</a>" * deep
    return Damaged(
        edited(material, material.sheet_part(), lambda t: t.replace("</sheetData>", f"</sheetData>{nested}"))
    )


@damage("xml")
def deep_in_a_row(material: Material, rng: Random) -> Damaged:
    nested = "<x>" * 3000 + "</x>" * 3000
    return Damaged(edited(material, material.sheet_part(), lambda t: t.replace("</row>", f"{nested}</row>", 1)))


@damage("xml")
def a_hundred_thousand_attributes(material: Material, rng: Random) -> Damaged:
    many = " ".join(f'a{n}="1"' for n in range(100_000))
    return Damaged(edited(material, material.sheet_part(), lambda t: t.replace("<sheetData", f"<sheetData {many}")))


@damage("xml")
def a_missing_part(material: Material, rng: Random) -> Damaged:
    members = material.members()
    del members[rng.choice([material.sheet_part(), WORKBOOK, TYPES, LINKS])]
    return Damaged(packed(members), REFUSED)


@damage("xml")
def texts_are_missing(material: Material, rng: Random) -> Damaged:
    """The part to which the cells of texts point, where the file has one."""
    members = material.members()
    gone = [members.pop(name) for name in list(members) if "sharedStrings" in name]
    return Damaged(packed(members), REFUSED if gone and b't="s"' in members[material.sheet_part()] else Claim())


@damage("xml")
def a_text_that_is_not_there(material: Material, rng: Random) -> Damaged:
    place, number = rng.choice(material.places), rng.choice(["999999", "-1", "1.5", "abc", "4294967296", "99999999999"])
    return Damaged(cell_replaced(material, place, f'<c r="{{ref}}" t="s"><v>{number}</v></c>'), REFUSED)


@damage("xml")
def sheets_in_a_circle(material: Material, rng: Random) -> Damaged:
    """The sheet's target is the workbook itself, or the list of links."""
    other = rng.choice(["workbook.xml", "_rels/workbook.xml.rels", "worksheets/nowhere.xml", ""])
    return Damaged(
        edited(material, LINKS, lambda t: re.sub(r'Target="[^"]*worksheets/sheet1.xml"', f'Target="{other}"', t)),
        REFUSED,
    )


@damage("xml")
def two_links_of_one_name(material: Material, rng: Random) -> Damaged:
    twin = re.compile(r"<Relationship [^>]*worksheets/sheet1\.xml[^>]*/>")
    return Damaged(edited(material, LINKS, lambda t: twin.sub(lambda m: m[0] * 2, t)), REFUSED)


@damage("xml")
def a_link_outside(material: Material, rng: Random) -> Damaged:
    kind, target = rng.choice([
        ("externalLinkPath", "file:///C:/a.xlsx"), ("attachedTemplate", "http://127.0.0.1:9/x"),
        ("image", "\\\\127.0.0.1\\share\\a.png"), ("oleObject", "file:///etc/passwd"),
    ])  # fmt: skip
    link = (
        f'<Relationship Id="rIdOut" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
        f'Target="{target}" TargetMode="External"/>'
    )
    return Damaged(edited(material, LINKS, lambda t: t.replace("</Relationships>", f"{link}</Relationships>")))


PARTS_OF_OTHERS = {
    "external_book": ("xl/externalLinks/externalLink1.xml", b"<externalLink/>"),
    "macros": ("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"),
    "macro_sheet": ("xl/macrosheets/sheet9.xml", b"<a/>"),
    "an_object": ("xl/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    "activex": ("xl/activeX/activeX1.xml", b"<a/>"),
    "a_program_as_a_picture": ("xl/media/image1.png", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
}
for what, (part, body) in PARTS_OF_OTHERS.items():
    add("xml", what, lambda m, rng, one={part: body}: Damaged(packed(m.members() | one), REFUSED))


@damage("xml")
def said_to_have_macros(material: Material, rng: Random) -> Damaged:
    told = ("spreadsheetml.sheet.main+xml", "ms-excel.sheet.macroEnabled.main+xml")
    return Damaged(
        edited(material, TYPES, lambda t: t.replace(f"openxmlformats-officedocument.{told[0]}", told[1])), REFUSED
    )


@damage("xml")
def names_with_a_prefix(material: Material, rng: Random) -> Damaged:
    """As some libraries write every element."""

    def prefixed(text: str) -> str:
        named = re.sub(r"<(/?)([a-zA-Z])", r"<\1x:\2", _bare(text))
        return named.replace("xmlns=", "xmlns:x=", 1)

    return Damaged(edited(material, material.sheet_part(), prefixed))


@damage("xml")
def remarks_between_the_cells(material: Material, rng: Random) -> Damaged:
    remark = "<!-- <row> --><?pi </row>?>"
    return Damaged(edited(material, material.sheet_part(), lambda t: t.replace("<c ", f"{remark}<c ")), Claim())


@damage("xml")
def strict(material: Material, rng: Random) -> Damaged:
    """The names of ISO 29500 Strict."""
    old, new = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
    pairs = [(old + b"spreadsheetml/2006/main", new + b"spreadsheetml/main"),
             (old + b"officeDocument/2006/relationships", new + b"officeDocument/relationships")]  # fmt: skip
    members = material.members()
    for name, body in members.items():
        for before, after in pairs:
            body = body.replace(before, after)
        members[name] = body
    return Damaged(packed(members))


@damage("xml")
def cells_without_places(material: Material, rng: Random) -> Damaged:
    """Rows that do not say where they are: each is the next, so a file with gaps is another."""
    bare = edited(material, material.sheet_part(), lambda t: re.sub(r'<row r="\d+"', "<row", t))
    return Damaged(bare, SAME if material.head == 1 else Claim())


@damage("xml")
def a_row_twice(material: Material, rng: Random) -> Damaged:
    last = re.compile(r"<row (?:(?!<row ).)*</row>(?=\s*</sheetData>)", re.DOTALL)
    return Damaged(edited(material, material.sheet_part(), lambda t: last.sub(lambda m: m[0] * 2, t)), REFUSED)


@damage("xml")
def a_cell_twice(material: Material, rng: Random) -> Damaged:
    place = rng.choice(material.places)
    one = '<c r="{ref}" t="inlineStr"><is><t>một</t></is></c><c r="{ref}" t="inlineStr"><is><t>hai</t></is></c>'
    return Damaged(cell_replaced(material, place, one), REFUSED)


@damage("xml")
def a_cell_of_another_row(material: Material, rng: Random) -> Damaged:
    place = rng.choice(material.places)
    bad = rng.choice(["A1", "ZZZZ9", "A0", "A1048577", "1A", "", "Z1x"])
    return Damaged(cell_replaced(material, place, f'<c r="{bad}" t="inlineStr"><is><t>x</t></is></c>'), REFUSED)


@damage("xml")
def sheet_data_twice(material: Material, rng: Random) -> Damaged:
    return Damaged(
        edited(material, material.sheet_part(), lambda t: t.replace("</sheetData>", "</sheetData><sheetData/>")),
        REFUSED,
    )


def _bare(text: str) -> str:
    return re.sub(r"^\s*<\?xml[^>]*\?>\s*", "", text)


def _after_declaration(text: str, told: str) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>' + told + _bare(text)
