"""Two spellings of one name, in SQL: capitals, points, usual abbreviations and the place of a tone make no other name,
nor does a name typed without any accent. Other accents do: «Bính Minh» is not «Bình Minh»."""

_MARKS = ".,;:-–—_/()&\"'“”"
_SHORT = {
    "ctcp": "công ty cổ phần",
    "cty": "công ty",
    "ct": "công ty",
    "cp": "cổ phần",
    "tnhh": "trách nhiệm hữu hạn",
    "mtv": "một thành viên",
    "1 thành viên": "một thành viên",
    "dntn": "doanh nghiệp tư nhân",
    "htx": "hợp tác xã",
    "tm": "thương mại",
    "dv": "dịch vụ",
    "sx": "sản xuất",
    "xd": "xây dựng",
    "xnk": "xuất nhập khẩu",
    "vn": "việt nam",
    "và": "",
}
_TONES = {
    **dict(zip(("oà", "oá", "oả", "oã", "oạ"), ("òa", "óa", "ỏa", "õa", "ọa"), strict=True)),
    **dict(zip(("oè", "oé", "oẻ", "oẽ", "oẹ"), ("òe", "óe", "ỏe", "õe", "ọe"), strict=True)),
    **dict(zip(("uỳ", "uý", "uỷ", "uỹ", "uỵ"), ("ùy", "úy", "ủy", "ũy", "ụy"), strict=True)),
}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def reading(name: str) -> str:
    """The SQL expression of what a name says, whichever way it is written: single words, spelt out, small letters."""
    marks = f"translate(lower(normalize({name}, NFC)), {_quoted(_MARKS)}, {_quoted(' ' * len(_MARKS))})"
    found = f"' ' || regexp_replace({marks}, '\\s+', ' ', 'g') || ' '"
    for short, long in _SHORT.items():
        found = f"replace({found}, {_quoted(f' {short} ')}, {_quoted(f' {long} '.replace('  ', ' '))})"
    for old, new in _TONES.items():
        found = f"replace({found}, {_quoted(old)}, {_quoted(new)})"
    return f"trim(regexp_replace({found}, '\\s+', ' ', 'g'))"


def is_same_name(one: str, other: str) -> str:
    """The SQL condition that two names, given as expressions, are spellings of one."""
    without_accents = f"(octet_length({one}) = char_length({one}) OR octet_length({other}) = char_length({other}))"
    first, second = reading(one), reading(other)
    return f"({one} = {other} OR {first} = {second} OR ({without_accents} AND vn_fold({first}) = vn_fold({second})))"


def is_same_text(one: str, other: str) -> str:
    """Of an address only capitals, points and blanks make no difference."""

    def plain(text: str) -> str:
        marks = f"translate(lower(normalize({text}, NFC)), {_quoted(_MARKS)}, {_quoted(' ' * len(_MARKS))})"
        return f"trim(regexp_replace({marks}, '\\s+', ' ', 'g'))"

    return f"({one} = {other} OR {plain(one)} = {plain(other)})"
