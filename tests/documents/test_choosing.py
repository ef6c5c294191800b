"""Choosing an act: by number or label, never by a guess; a new one entered in place; and what is offered meanwhile."""

import datetime
import html

import pytest
from django import forms
from django.db import IntegrityError, transaction

from apps.documents.fields import DocumentField
from apps.documents.issuers import known_issuers, likely
from apps.documents.models import LegalDocument
from apps.documents.numbers import split_number, symbol_of
from apps.documents.services import DocumentFacts, add_document, known_document
from apps.people.working_unit import body_of
from apps.tasks.services.recording import Decided

pytestmark = pytest.mark.django_db
CHOICES = "/documents/choices/"


class Form(forms.Form):
    document = DocumentField()


def form(user, **data) -> Form:
    made = Form({name.replace("__", "-"): value for name, value in data.items()})
    made.fields["document"].offer_to(user)
    return made


@pytest.fixture
def act(officer) -> LegalDocument:
    return add_document(DocumentFacts("15/QĐ-UBND", "Quyết định", "UBND tỉnh Lâm Đồng", "Kế hoạch"), by=officer)


@pytest.mark.parametrize(
    "typed, kind, number",
    [
        ("99/2026/QH16", "", "99/2026/QH16"),
        ("Nghị quyết 99/2026/QH16", "Nghị quyết", "99/2026/QH16"),
        ("Nghị quyết Nghị quyết 99/2026/QH16", "Nghị quyết", "99/2026/QH16"),
        ("nghi quyet số 99 / 2026/ QH16", "Nghị quyết", "99/2026/QH16"),
        ("NGHỊ QUYẾT SỐ: 99/2026/QH16", "Nghị quyết", "99/2026/QH16"),
        ("Số 38 - CT/TW", "", "38-CT/TW"),
        ("123 /qđ–ubnd ", "", "123/qđ-ubnd"),
        ("123/QĐ\u2011UBND.", "", "123/QĐ-UBND"),
        ("Quyết định số 123/QĐ - UBND ngày 20/01/2026", "Quyết định", "123/QĐ-UBND"),
        ("QĐ 15", "", "QĐ 15"),
        ("Quyết định", "Quyết định", ""),
        ("Luật", "Luật", ""),
        ("Luật 20/2018", "Luật", "20/2018"),
        ("Luậtsư 1", "", "Luậtsư 1"),
    ],
)
def test_number_is_freed_of_its_kind(typed, kind, number):
    assert split_number(typed) == (kind, number)


@pytest.mark.parametrize(
    "number, symbol", [("99/2026/QH16", "QH16"), ("996/QĐ-TTg", "QĐ-TTg"), ("38-CT/TW", "TW"), ("12", ""), ("", "")]
)
def test_symbol_of_a_number(number, symbol):
    assert symbol_of(number) == symbol


def test_kind_never_stands_in_the_number_of_any_act(officer):
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalDocument.objects.create(number="Nghị quyết 1/QH", kind="Nghị quyết", issuer="Quốc hội")


@pytest.mark.parametrize("typed", ["202/2025/QH15", "202/2025/qh15", "Nghị quyết 202/2025/QH15", "số 202 / 2025/QH15"])
def test_known_act_is_chosen_by_its_number(officer, typed):
    asked = form(officer, document=typed)
    assert asked.is_valid(), asked.errors
    assert asked.cleaned_data["document"] == LegalDocument.objects.get(number="202/2025/QH15")


@pytest.mark.parametrize(
    "typed", ["202", "02/2025/QH15", "Quyết định 202/2025/QH15", "sắp xếp đơn vị", "1202/2025/QH15"]
)
def test_part_of_a_name_chooses_nothing(keeper, typed):
    asked = form(keeper, document=typed)
    assert "trong cổng" in asked.errors["document"][0]
    assert f"“{typed}”" in asked.errors["document"][0]


def test_refusal_names_the_nearest(keeper):
    assert "chọn Nghị quyết 202/2025/QH15" in form(keeper, document="202/2025").errors["document"][0]


def test_who_may_not_enter_an_act_is_told_who_may(keeper):
    told = form(keeper, document="999/QĐ-KHAC").errors["document"][0]
    assert told.startswith("Chưa có văn bản “999/QĐ-KHAC” trong cổng. Chuyên viên Ủy ban TĐC hoặc quản trị viên Đề án")


def test_issuers_are_offered_ones_own_body_first(officer, leader):
    own = body_of(officer)
    assert own
    assert known_issuers(officer)[:1] == [own]
    assert "Quốc hội" in known_issuers(officer)
    assert likely("12/2027/QH16", officer)[1] == "Quốc hội"
    assert likely("12/TB-CHUATUNG", officer) == ("", own)
    page = html.unescape(str(form(leader, document="")))
    assert f'data-issuer="{own}"' in page
    assert '<option value="Quốc hội">' in page


def test_a_new_act_is_offered_after_those_that_match(signed_in, officer):
    page = signed_in(officer).get(CHOICES, {"q": "2/2025/QH15", "add": "1"}).content.decode()
    assert page.index("Nghị quyết 202/2025/QH15") < page.index("Thêm văn bản mới")


def test_one_number_of_two_issuers_is_told_apart(officer, act):
    other = add_document(DocumentFacts("15/QĐ-UBND", "Quyết định", "UBND tỉnh Bắc Ninh"), by=officer)
    told = form(officer, document="15/QĐ-UBND").errors["document"][0]
    labels = "Quyết định 15/QĐ-UBND (UBND tỉnh Lâm Đồng), Quyết định 15/QĐ-UBND (UBND tỉnh Bắc Ninh)"
    assert told == f"Có nhiều mục khớp với “15/QĐ-UBND”: chọn {labels}."
    asked = form(officer, document="Quyết định 15/QĐ-UBND (UBND tỉnh Bắc Ninh)")
    assert asked.is_valid()
    assert asked.cleaned_data["document"] == other


def test_new_act_is_entered_in_place_and_asks_for_all_it_lacks_at_once(officer):
    asked = form(officer, document="Nghị quyết 99/2026/QH16")
    assert "bổ sung loại văn bản, cơ quan ban hành để thêm mới" in asked.errors["document"][0]
    page = html.unescape(str(asked))
    assert "<details" in page
    assert " open>" in page
    asked = form(officer, document="Nghị quyết 99/2026/QH16", document__kind="Nghị quyết", document__issuer="Quốc hội")
    assert asked.is_valid(), asked.errors
    new = asked.cleaned_data["document"]
    assert str(new) == "Nghị quyết 99/2026/QH16"
    made = known_document(new, by=officer)
    assert (made.number, made.added_by, made.shown_title) == ("99/2026/QH16", officer, "Chưa có trích yếu")
    assert known_document(new, by=officer) == made
    hidden = html.unescape(asked["document"].as_hidden())
    assert 'name="document-issuer" value="Quốc hội"' in hidden


def test_of_a_new_act_nothing_is_missed_where_none_was_meant(officer):
    for asked in (form(officer, document="202/2025/QH15", document__title="Thử"), form(officer, document="")):
        page = html.unescape(str(asked))
        assert "Nhập cơ quan ban hành." not in page
        assert " open>" not in page
        assert ("Thử" in page) == asked.is_valid()


def test_what_was_typed_of_a_new_act_is_shown_with_what_it_lacks(officer):
    """Its own number, without any in the box that searches; nothing of it is put aside silently."""
    typed = {"document__number": "99/2026/QH16", "document__kind": "Nghị quyết", "document__issued_on": "31/02/2026"}
    asked = form(officer, document="", **typed)
    told = "Chưa có văn bản “99/2026/QH16” trong cổng: chọn văn bản đã có, hoặc bổ sung cơ quan ban hành"
    assert asked.errors["document"][0] == f"{told} và sửa ngày ban hành để thêm mới."
    page = html.unescape(str(asked))
    for shown in (" open>", 'value="99/2026/QH16"', 'value="31/02/2026"', "Nhập cơ quan ban hành."):
        assert shown in page
    asked = form(officer, document="", **typed | {"document__issued_on": "", "document__issuer": "Quốc hội"})
    assert asked.is_valid(), asked.errors
    assert str(asked.cleaned_data["document"]) == "Nghị quyết 99/2026/QH16"
    assert (
        "bổ sung số, ký hiệu, loại văn bản" in form(officer, document="", document__title="Thử").errors["document"][0]
    )


def test_two_acts_in_one_field_are_told_apart(officer, act):
    new = {"document__kind": "Quyết định", "document__issuer": "UBND tỉnh Bắc Ninh"}
    asked = form(officer, document="15/QĐ-UBND", document__number="16/QĐ-UBND", **new)
    assert "xóa một trong hai" in asked.errors["document"][0]
    asked = form(officer, document="15/QĐ-UBND", document__number="15/QĐ-UBND", **new)
    assert asked.is_valid(), asked.errors
    assert known_document(asked.cleaned_data["document"], by=officer) != act  # every province has a decision 15


def test_kind_typed_with_the_number_must_be_the_kind_chosen(officer):
    asked = form(officer, document="Nghị định 99/2026/QH16", document__kind="Luật", document__issuer="Quốc hội")
    assert "sửa số, ký hiệu để thêm mới" in asked.errors["document"][0]
    assert "Số, ký hiệu ghi là Nghị định, loại văn bản chọn là Luật" in html.unescape(str(asked))


def test_only_who_may_add_acts_enters_one(keeper):
    asked = form(keeper, document="99/2026/QH16", document__kind="Nghị quyết", document__issuer="Quốc hội")
    assert not asked.is_valid()
    assert "<details" not in str(asked)


def test_without_script_the_labels_come_with_the_page(keeper):
    page = html.unescape(str(form(keeper)))
    assert '<noscript><datalist id="pick-documents-legaldocument_choices"><option value="' in page
    assert 'list="pick-documents-legaldocument_choices"' in page


def offered(client, **query) -> str:
    answer = client.get(CHOICES, query)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_what_is_offered_while_typing(signed_in, officer, keeper):
    client, reader = signed_in(officer), signed_in(keeper)
    page = offered(client, q="sap xep don vi hanh chinh")
    assert 'data-value="Nghị quyết 202/2025/QH15"' in page
    assert "data-new" not in page  # no number
    page = offered(client, q="100/2026/QH16", add="1")
    assert (
        'data-number="100/2026/QH16" data-kind="Nghị quyết" data-issuer="Quốc hội"' in page
    )  # as the last one of that symbol
    assert 'data-kind="Luật"' in offered(client, q="Luật 100/2026/QH16", add="1")
    assert "data-new" not in offered(reader, q="100/2026/QH16", add="1")
    exact = offered(client, q="202/2025/QH15", add="1")
    assert "data-meant" in exact
    assert "data-new" not in exact
    assert "Không có văn bản nào khớp." in offered(reader, q="zzz")
    assert offered(client, q="\u202e\0").count('role="option"') > 5  # signs that nobody sees are no words


def test_one_act_however_its_number_and_issuer_are_written(officer):
    """Whoever records a decision, on a page or by the API, finds the act that another office wrote another way."""
    ways = [
        ("123/QĐ-UBND", "Ủy ban nhân dân tỉnh Bắc Ninh"), ("123 / qđ–ubnd ", "UBND tỉnh Bắc Ninh"),
        ("Quyết định số 123/QĐ\u2011UBND ngày 20/01/2026", "Uỷ ban nhân dân tỉnh Bắc Ninh"),
    ]  # fmt: skip
    day = datetime.date(2026, 1, 20)
    every = {known_document(Decided.of(number=n, day=day, issuer=i).document, by=officer) for n, i in ways}
    assert [(one.number, one.kind, one.issuer) for one in every] == [("123/QĐ-UBND", "Quyết định", ways[0][1])]
    typed = form(officer, document="123/QĐ – UBND.")
    assert typed.is_valid(), typed.errors
    assert {typed.cleaned_data["document"]} == every
