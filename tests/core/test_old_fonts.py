"""Texts typed for the fonts of before Unicode are known, and nothing else is taken for one."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core import old_fonts
from apps.core.old_fonts import meant_by_old_font, refuse_old_font

NAMES = [
    "Công ty cổ phần Điện tử",
    "Trường Đại học Bách khoa Hà Nội",
    "Doanh nghiệp tư nhân Bình Dương",
    "Ủy ban nhân dân tỉnh Thừa Thiên Huế",
    "Nguyễn Thị Phương Thảo",
    "Số 12 đường Trần Hưng Đạo, phường Kỳ Bá",
    "Hợp tác xã dịch vụ nông nghiệp Vĩnh Ngọc",
    "Khuỷu Nghễnh Ngoằn Quỳnh Giếng Yên Đắk Lắk",
]
TCVN3 = {meant: typed for typed, meant in old_fonts._TCVN3.items()}


def in_tcvn3(text: str) -> str:
    return text.translate(TCVN3)


@pytest.mark.parametrize("name", NAMES)
def test_tcvn3_is_known_and_read(name):
    lower = name.lower()  # capitals with tones are a font of their own there
    assert meant_by_old_font(in_tcvn3(lower)) == ("TCVN3", lower)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("C«ng ty cæ phÇn §iÖn tö", "Công ty cổ phần Điện tử"),
        ("B×nh D­¬ng", "Bình Dương"),
        ("§«ng", "Đông"),
        ("Hµ Néi", "Hà Nội"),
    ],
)
def test_tcvn3_as_people_have_it(typed, meant):
    assert meant_by_old_font(typed) == ("TCVN3", meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Coâng ty coå phaàn Ñieän töû", "Công ty cổ phần Điện tử"),
        ("Tröôøng Ñaïi hoïc Baùch khoa", "Trường Đại học Bách khoa"),
        ("HAØ NOÄI", "HÀ NỘI"),
        ("Nguyeãn Vaên Ñöùc", "Nguyễn Văn Đức"),
        ("Ñaø Naüng", "Đà Nẵng"),
    ],
)
def test_vni_is_known_and_read(typed, meant):
    assert meant_by_old_font(typed) == ("VNI", meant)


@pytest.mark.parametrize(
    "text",
    [
        *NAMES,
        *(name.upper() for name in NAMES),
        "Cong ty co phan",
        "Công ty Nestlé Waters",
        "Société Générale",
        "Müller Zürich GmbH",
        "Thaï",
        "España niño señor",
        "naïve Noël",
        "«Hoa Mai»",
        "ABC®",
        "10 µm",
        "10 N·m - 20 N·m",
        "Ø 20 ÷ Ø 50",
        "5 m² ± 3 °C",
        "Hà Nam, Hà Giang, Hoà Bình",
        "Công ty Thép Á Châu",
        "PHÚ MÝ",
        "Ô tô Á Âu",
        *(unicodedata.normalize("NFD", name) for name in ("Lê Thị Hoa", "Hồ Chí Dũng", "Nguyễn Thị Ễ", "Công ty Ô tô")),
    ],
)
def test_everything_else_is_left_alone(text):
    assert meant_by_old_font(text) == ("", "")


@settings(deadline=None)
@given(st.lists(st.sampled_from([word for name in NAMES for word in name.split()]), min_size=1, max_size=6))
def test_vietnamese_in_unicode_is_never_taken_for_an_old_font(words):
    text = " ".join(words)
    assert meant_by_old_font(text) == ("", "")
    assert meant_by_old_font(unicodedata.normalize("NFD", text)) == (
        "",
        "",
    )  # marks beside their letters, as macOS has it


def test_refusal_advises_unicode_with_the_text_meant():
    with pytest.raises(ValidationError) as refused:
        refuse_old_font("C«ng ty cæ phÇn §iÖn tö")
    assert refused.value.code == "old_font"
    assert refused.value.messages == [
        "Chữ gõ theo bảng mã cũ TCVN3. Chuyển sang Unicode rồi nhập lại: “Công ty cổ phần Điện tử”"
    ]
