"""Odd contents of one cell, each with what a person sees in it: the portal reads that, or says what is wrong."""

import datetime
import unicodedata
from random import Random
from typing import Any
from xml.sax.saxutils import escape

from tests.soak.hostile.material import Claim, Damaged, Material, add, cell_replaced, saved

DAY = datetime.date(2026, 3, 15)
# By name: the value, the cell's format, and what Excel shows of it here.
FORMATTED: dict[str, tuple[Any, str, str]] = {
    "per_cent": (0.5, "0%", "50%"),
    "per_cent_of_one": (1, "0%", "100%"),
    "per_cent_with_decimals": (0.125, "0.00%", "12,5%"),
    "zeros_in_front": (123, "00000", "00123"),
    "a_code_of_ten": (100109106, "0000000000", "0100109106"),
    "a_telephone": (912345678, "0000\\ 000\\ 000", "0912 345 678"),
    "a_telephone_with_one_zero": (912345678, "0#########", "0912345678"),
    "a_code_with_letters": (5, '"KĐ-"000', "KĐ-005"),
    "with_its_unit": (500, '0 "kg"', "500 kg"),
    "in_millions_said_behind": (5, '0 "triệu"', "5 triệu"),
    "in_thousands_by_comma": (1234567, "#,##0,", "1.234,567"),
    "month_and_year": (datetime.date(2026, 3, 1), "mm/yyyy", "03/2026"),
    "month_by_its_name": (datetime.date(2026, 3, 1), "mmm-yy", "03/2026"),
    "year_of_a_day": (datetime.date(2026, 1, 1), "yyyy", "2026"),
    "weekday": (DAY, "dddd", "Chủ nhật"),
    "hour_of_a_day": (datetime.datetime(2026, 3, 15, 17, 0), "hh:mm", "17:00"),
    "a_day": (DAY, "dd/mm/yyyy", "15/03/2026"),
    "a_day_elsewhere_first": (DAY, "yyyy-mm-dd", "15/03/2026"),
    "a_day_in_words": (DAY, '"ngày" dd "tháng" mm "năm" yyyy', "15/03/2026"),
    "a_day_of_this_country": (DAY, "[$-42A]dd/mm/yyyy;@", "15/03/2026"),
    "thousands": (1234567, "#,##0", "1234567"),
    "money_of_this_country": (1234567, '#,##0\\ "₫"', "1234567"),
    "money_by_locale": (1234567, "[$₫-42A]#,##0", "1234567"),
    "accounting": (1234567, '_-* #,##0\\ _₫_-;\\-* #,##0\\ _₫_-;_-* "-"\\ _₫_-;_-@_-', "1234567"),
    "negative_red": (-5, "0;[Red]-0", "-5"),
    "two_decimals": (1234.5, "0.00", "1234,5"),
    "an_old_day": (datetime.date(1899, 12, 31), "dd/mm/yyyy", ""),
    "last_day": (datetime.date(9999, 12, 31), "dd/mm/yyyy", "31/12/9999"),
    "time_of_day": (datetime.time(12, 30), "h:mm", "12:30"),
    "a_span": (datetime.timedelta(hours=30), "[h]:mm", "30:00"),
    "true": (True, "General", "TRUE"),
    "a_serial_day": (46096, "General", "46096"),
    "huge": (1e308, "General", "1E+308"),
    "tiny": (1e-300, "General", "1E-300"),
    "a_third": (0.1 + 0.2, "General", "0,3"),
    "beyond_fifteen_digits": (2**53 + 1, "0", "9007199254740990"),
    "minus_zero": (-0.0, "General", "0"),
}
NFD = unicodedata.normalize("NFD", "Đường Nguyễn Huệ")
TEXTS = {
    "nbsp": "Công\u00a0ty\u202fA", "zero_width": "Công\u200b ty\u200d A", "soft_hyphen": "Công\u00ad ty",
    "byte_order_mark": "\ufeffCông ty", "marks_beside": NFD, "tcvn3": "C«ng ty cæ phÇn", "vni": "Coâng ty coå phaàn",
    "cyrillic": "Сông ty Аn Вình", "greek": "Ηà Νội",
    "full_width": "ＡＢＣ１２３", "right_to_left_mark": "Công ty\u200f A",
    "turned": "Công ty \u202egnúđ\u202c", "isolated": "a\u2067b\u2069", "emoji": "Công ty 🏭👩‍🔬",
    "private": "Công ty \ue000",
    "noncharacter": "a\ufdd0", "lost_sign": "C\ufffdng ty", "variation": "a\ufe0f", "tag": "a\U000e0041",
    "thousands_and_comma": "1.234,5", "comma_and_point": "1,234.5", "either": "1.234", "many_points": "1.234.567",
    "wrong_groups": "1.23.4567", "spaces": "1 234 567", "minus_sign": "\u22125", "brackets": "(5)", "powers": "1e5",
    "arabic_digits": "١٢٣", "superscript": "10²", "fraction": "½", "as_per_cent": "50%", "not_a_number": "NaN",
    "infinite": "Infinity", "hexadecimal": "0x1F", "underscored": "1_000", "blank_signs": " \u3000\u2800 ",
    "a_formula": "=1+1", "a_command": "=cmd|' /C calc'!A0", "at_sign": "@SUM(1)", "plus": "+84 24", "apostrophe": "'x",
    "tabs": "a\tb", "breaks": "a\nb\n\nc", "html": "<script>alert(1)</script>", "sql": "'; DROP TABLE x; --",
    "template": "{{ x }}{% now %}", "braces": "%(x)s {0} %s", "escaped": "_x0041__x000D_", "error_as_text": "#N/A",
    "true_as_text": "TRUE", "null_as_text": "NULL", "a_day_as_text": "15/03/2026", "american_day": "03/15/2026",
    "iso_day": "2026-03-15", "no_such_day": "31/02/2026", "quarter": "Quý I/2026", "longest": "x" * 32_767,
    "wide": "ﷺ" * 2000, "stacked": "a" + "\u0301" * 500, "json": '{"a": [1]}', "backslashes": "\\\\a\\n\\u0000",
}  # fmt: skip
# The cell as it stands in the file; what is seen, "" where that is nobody's to say.
RAW = {
    "error_of_a_formula": ('<c r="{ref}" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
    "error_lost": ('<c r="{ref}" t="e"><v>#REF!</v></c>', "#REF!"),
    "error_of_today": ('<c r="{ref}" t="e"><f>A1:A2</f><v>#SPILL!</v></c>', "#SPILL!"),
    "formula_uncalculated": ('<c r="{ref}"><f>SUM(Z1:Z9)</f></c>', ""),
    "formula_of_a_text": ('<c r="{ref}" t="str"><f>"a"</f><v>Công thức A</v></c>', "Công thức A"),
    "formula_of_a_code": ('<c r="{ref}" t="str"><f>TEXT(1,"000")</f><v>001</v></c>', "001"),
    "formula_of_nothing": ('<c r="{ref}" t="str"><f>""</f><v></v></c>', ""),
    "formula_of_a_number": ('<c r="{ref}"><f>1+1</f><v>2</v></c>', "2"),
    "formula_elsewhere": ('<c r="{ref}" t="str"><f>[1]Sheet1!A1</f><v>ngoài</v></c>', "ngoài"),
    "formula_over_the_net": ('<c r="{ref}" t="str"><f>WEBSERVICE("http://127.0.0.1:9/")</f><v>x</v></c>', "x"),
    "rich_text": ('<c r="{ref}" t="inlineStr"><is><r><rPr><b/></rPr><t>Công </t></r>'
                  '<r><t xml:space="preserve"> ty</t></r></is></c>', "Công ty"),
    "with_its_sound": ('<c r="{ref}" t="inlineStr"><is><t>Công ty</t><rPh sb="0" eb="1"><t>KONG</t></rPh></is></c>',
                       "Công ty"),
    "both_value_and_text": ('<c r="{ref}" t="inlineStr"><v>1</v><is><t>x</t></is></c>', ""),
    "text_without_a_kind": ('<c r="{ref}"><is><t>x</t></is></c>', ""),
    "number_that_is_none": ('<c r="{ref}"><v>NaN</v></c>', "NaN"),
    "number_beyond_all": ('<c r="{ref}"><v>1e400</v></c>', "1e400"),
    "number_with_a_comma": ('<c r="{ref}" t="n"><v>1,5</v></c>', ""),
    "truth_of_two": ('<c r="{ref}" t="b"><v>2</v></c>', ""),
    "an_unknown_kind": ('<c r="{ref}" t="zzz"><v>5</v></c>', ""),
    "a_zero_sign": ('<c r="{ref}" t="inlineStr"><is><t>a_x0000_b</t></is></c>', ""),
    "a_bell": ('<c r="{ref}" t="inlineStr"><is><t>a_x0007_b</t></is></c>', ""),
    "half_a_pair": ('<c r="{ref}" t="inlineStr"><is><t>a_xD800_b</t></is></c>', ""),
    "longer_than_a_cell": ('<c r="{ref}" t="inlineStr"><is><t>' + "y" * 40_000 + "</t></is></c>", ""),
    "iso_day_of_a_kind": ('<c r="{ref}" t="d"><v>2026-03-15</v></c>', "15/03/2026"),
    "a_style_that_is_not_there": ('<c r="{ref}" s="99999"><v>5</v></c>', "5"),
}  # fmt: skip


def formatted(value: Any, code: str, shown: str) -> Any:
    def apply(material: Material, rng: Random) -> Damaged:
        book, place = material.book(), rng.choice(material.places)
        cell = book.worksheets[material.sheet].cell(*place)
        cell.value = value
        cell.number_format = code
        return Damaged(saved(book), Claim(shown={place: shown}))

    return apply


def text(value: str) -> Any:
    def apply(material: Material, rng: Random) -> Damaged:
        place = rng.choice(material.places)
        escaped = escape(value).replace("_x", "_x005F_x")
        xml = f'<c r="{{ref}}" t="inlineStr"><is><t xml:space="preserve">{escaped}</t></is></c>'
        return Damaged(cell_replaced(material, place, xml), Claim(shown={place: value}))

    return apply


def raw(xml: str, shown: str) -> Any:
    def apply(material: Material, rng: Random) -> Damaged:
        place = rng.choice(material.places)
        return Damaged(cell_replaced(material, place, xml), Claim(shown={place: shown}))

    return apply


for name, given in FORMATTED.items():
    add("format", name, formatted(*given))
for name, value in TEXTS.items():
    add("text", name, text(value))
for name, cell in RAW.items():
    add("raw", name, raw(*cell))
