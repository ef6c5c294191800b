"""The gate of every text: one form for what looks the same, nothing unseen, the rest refused by its name."""

import unicodedata
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.text import clean_text, read_text, recognisable, search_text

ANY = st.text(alphabet=st.characters(codec=None, exclude_categories=[]), max_size=40)
# What such texts are made of in practice, so that the rules meet each other.
LIKELY = st.text(
    alphabet="aĐÐđðdĂă \u0335\u0302\u0301\u200b\u00ad\ufeff\u00a0\r\n\t\v\u2028оСТаиμΩıﬁＡ\u202a\u202c\u2800",
    max_size=20,
)


def taken(value: str, **options: bool) -> str | None:
    try:
        return clean_text(value, **options)
    except ValidationError:
        return None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ðông Hải", "Đông Hải"),
        ("Ɖông Hải", "Đông Hải"),
        ("ðường", "đường"),
        ("d\u0335ường", "đường"),
        ("Сông tу", "Công ty"),  # Cyrillic С and у
        ("ТNHH", "TNHH"),
        ("ТНН Hải Đăng", "THH Hải Đăng"),  # a word of look-alikes only
        ("ΑΒC", "ABC"),
        ("ạnh" + unicodedata.normalize("NFD", "ế").replace("e", "е"), "ạnhế"),  # marks on a Cyrillic е
        ("ӑn", "ăn"),
        ("Bǎc Ninh", "Băc Ninh"),
        ("ǍN, ǎ\u0301n", "ĂN, ắn"),
        ("Bắϲ Ninh", "Bắc Ninh"),
        ("ＡＢＣ Việt", "ABC Việt"),
        ("ﬁnance", "finance"),
        ("ı\u0301t", "ít"),
        ("С10", "C10"),
    ],
)
def test_look_alikes_become_the_letter_meant(typed, kept):
    reading = read_text(typed)
    assert (reading.text, bool(reading.twins)) == (kept, True)


@pytest.mark.parametrize(
    "text", ["Иван Сок", "μm", "kΩ", "ΔP", "10 µm ± 5 °C", "m² và m³", "½ № 5", "Ⅱ", "Café Škoda ñ"]
)
def test_other_alphabets_and_signs_of_measurement_stay(text):
    assert read_text(text) == (text, (), (), False)


@pytest.mark.parametrize(
    "sign", ["\u200b", "\u00ad", "\ufeff", "\u2060", "\u200d", "\u200e", "\u202a", "\u2069", "\ufffc", "\U000e0041"]
)
def test_unseen_signs_are_taken_out_and_told(sign):
    reading = read_text(f"Công{sign} ty{sign}")
    assert (reading.text, reading.dropped) == ("Công ty", (sign,))


def test_what_an_unseen_sign_kept_apart_comes_together():
    assert clean_text("e\u200b\u0302\u0301") == "ế"


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_line_breaks_are_one(line_end):
    assert clean_text(f"một{line_end}hai") == "một hai"
    assert clean_text(f" một {line_end}  hai ", multiline=True) == "một\n  hai"


@pytest.mark.parametrize("blank", ["\u00a0", "\u2007", "\u3000", "\u202f", "\u2800", "  ", "\t"])
def test_blanks_are_one(blank):
    assert clean_text(f"{blank}Công{blank}ty{blank}") == "Công ty"


@pytest.mark.parametrize(
    ("sign", "kind"),
    [
        ("\x00", "điều khiển"),
        ("\x1b", "điều khiển"),
        ("\x9f", "điều khiển"),
        ("\ufffe", "chưa có trong Unicode"),
        ("\uffff", "chưa có trong Unicode"),
        ("\u0378", "chưa có trong Unicode"),
        ("\U0010ffff", "chưa có trong Unicode"),
        ("\ue000", "riêng của một phông"),
        ("\U000f0000", "riêng của một phông"),
        ("\ud800", "cắt đôi"),
        ("\u034f", "ẩn"),
        ("\u3164", "ẩn"),
        ("\u115f", "ẩn"),
        ("\ufe0f", "ẩn"),
        ("\U000e0100", "ẩn"),
        ("\ufffd", "đã mất"),
        ("\u202e", "đảo chiều"),
        ("\u202b", "đảo chiều"),
        ("\u2067", "đảo chiều"),
    ],
)
@pytest.mark.parametrize("multiline", [True, False])
def test_what_has_no_place_in_a_text_is_refused_by_name_and_place(sign, kind, multiline):
    with pytest.raises(ValidationError) as refused:
        clean_text(f"Công ty{sign} Một", multiline=multiline)
    [message] = refused.value.messages
    assert refused.value.code == "control_character"
    assert f"{kind} " in message or f"{kind} (" in message
    assert f"(U+{ord(sign):04X}) sau “ty”" in message


@settings(deadline=None)
@given(ANY | LIKELY)
def test_gate_is_idempotent(value):
    for multiline in (True, False):
        kept = taken(value, multiline=multiline)
        if kept is not None:
            assert read_text(kept, multiline=multiline) == (kept, (), (), False)


@settings(deadline=None)
@given(ANY | LIKELY)
def test_what_the_gate_takes_is_seen_composed_and_can_be_written_to_xml(value):
    kept = taken(value, multiline=True)
    if kept is None:
        return
    assert unicodedata.is_normalized("NFC", kept)
    assert {unicodedata.category(char) for char in kept} & {"Cf", "Cn", "Co", "Cs"} == set()
    written = ElementTree.Element("t")
    written.text = kept
    assert (ElementTree.fromstring(ElementTree.tostring(written, encoding="utf-8")).text or "") == kept
    assert kept.encode().decode() == kept


@settings(deadline=None)
@given(ANY | LIKELY)
def test_words_that_are_only_recognised_are_never_refused_and_agree_with_what_is_kept(value):
    kept = taken(value)
    assert kept is None or recognisable(value) == kept
    assert taken(recognisable(value)) == recognisable(value)


def test_one_search_finds_every_spelling():
    spellings = ["Đông Hải", "Ðông Hải", "Ɖông\u200b Hải", unicodedata.normalize("NFD", "Đông Hải"), "§«ng H¶i"]
    assert {search_text(spelling) for spelling in spellings} == {"Đông Hải"}
