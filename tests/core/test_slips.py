"""A suggestion is a slip of the hand put right, never another meaning."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.slips import slip_of

STAGES = ["Tiếp cận", "Khảo sát", "Đang xây dựng", "Đã ban hành", "Đang áp dụng", "Duy trì", "Đã ngừng"]
OWNERSHIPS = ["Nhà nước", "Tư nhân", "FDI", "Hợp tác xã", "Hộ kinh doanh", "Có vốn nhà nước"]
PLACES = ["Bắc Ninh", "Hà Tĩnh", "Gia Lai", "Quảng Ninh", "Quảng Bình", "Hà Nội", "Vĩnh Phúc", "Trà Vinh", "Lạng Sơn"]
KNOWN = {name: name for name in (*STAGES, *OWNERSHIPS, *PLACES)}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Đang áp dung", "Đang áp dụng"),
        ("Đang áp dụngg", "Đang áp dụng"),
        ("Đnag áp dụng", "Đang áp dụng"),
        ("dang ap dung", "Đang áp dụng"),
        ("Tư nhâm", "Tư nhân"),
        ("Tưnhân", "Tư nhân"),
        ("Hợp tác xa", "Hợp tác xã"),
        ("Khảo xát", "Khảo sát"),
        ("Bắc Nin", "Bắc Ninh"),
        ("Nạng Sơn", "Lạng Sơn"),
    ],
)
def test_slips_are_put_right(typed, meant):
    assert slip_of(typed, KNOWN) == meant


@pytest.mark.parametrize(
    "typed",
    [
        *[
            "Không áp dụng",
            "Chưa áp dụng",
            "Ngừng áp dụng",
            "Đã áp dụng",
            "Chưa ban hành",
            "Đang ban hành",
            "Chưa ngừng",
        ],
        *["Không duy trì", "Thôi duy trì", "Ngoài nhà nước", "Phi nhà nước", "Liên doanh", "Không có vốn nhà nước"],
        *["Hà Tây", "Gia Lâm", "Bắc Kinh", "Quảng Vinh", "Hà", "", "Đang", "Công nhân", "Kinh doanh"],
    ],
)
def test_another_meaning_is_no_slip(typed):
    assert slip_of(typed, KNOWN) == ""


@settings(deadline=None)
@given(
    st.sampled_from(sorted(KNOWN)),
    st.sampled_from(["không", "chưa", "ngoài", "phi", "Ngừng", "thôi", "ko"]),
    st.integers(0, 4),
)
def test_no_negation_is_ever_added_or_taken_away(name, negation, place):
    words = name.split()
    words.insert(min(place, len(words)), negation)
    assert slip_of(" ".join(words), KNOWN) == ""
    words = name.split()
    words[min(place, len(words) - 1)] = negation
    is_the_name_itself = " ".join(words).lower() == name.lower()
    assert slip_of(" ".join(words), KNOWN) == (name if is_the_name_itself else "")
