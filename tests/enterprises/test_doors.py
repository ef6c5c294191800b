"""One value, three doors: what the form refuses the file and JSON refuse, and what they take they keep alike."""

import datetime
import unicodedata
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from rest_framework import exceptions

from apps.accounts.scope import UnitScope
from apps.enterprises.forms import EnterpriseRegisterForm
from apps.enterprises.models import Enterprise
from apps.enterprises.resources import EnterpriseResource
from apps.enterprises.selectors import Province
from apps.enterprises.serializers import EnterpriseBodySerializer
from apps.enterprises.services import register_enterprise
from apps.exchange.cells import Severity
from apps.exchange.models import ImportBatch
from apps.exchange.parse import Cell
from tests.conftest import BAC_NINH
from tests.exchange.enterprise_files import tax_codes

REFUSED = "refused"
DAY = datetime.date(2026, 3, 15)

# field, what is sent, what is kept
TEXTS = [
    *[(name, sent, kept) for name in ("name", "address") for sent, kept in [
        ("Công ty TNHH Số 1", "Công ty TNHH Số 1"),
        ("  Công   ty\u00a0A ", "Công ty A"),
        ("Công ty\tA", "Công ty A"),
        ("Công ty\r\nA", "Công ty A"),
        ("Công ty\nA", "Công ty A"),
        ("Công ty\u2028A", "Công ty A"),
        (unicodedata.normalize("NFD", "Đắk Lắk"), "Đắk Lắk"),
        ("Ðông Hải", "Đông Hải"),
        ("Ɖông Hải", "Đông Hải"),
        ("ð", "đ"),
        ("Сông ty", "Công ty"),
        ("ＡＢＣ", "ABC"),
        ("Công\u200b ty", "Công ty"),
        ("Công\u00ad ty", "Công ty"),
        ("\ufeffCông ty", "Công ty"),
        ("Công ty\u200e", "Công ty"),
        ("=1+1", "=1+1"),
        ("<b>Công ty</b>", "<b>Công ty</b>"),
        ("Công ty 😀", "Công ty 😀"),
        ("Công ty\x00", REFUSED),
        ("Công ty\x07", REFUSED),
        ("Công ty\x1b", REFUSED),
        ("Công ty\x7f", REFUSED),
        ("Công ty\ufffe", REFUSED),
        ("Công ty\uffff", REFUSED),
        ("Công ty\u0378", REFUSED),
        ("Công ty\ue000", REFUSED),
        ("Công ty\U000f0000", REFUSED),
        ("Công ty\u3164", REFUSED),
        ("Công ty\ufe0f", REFUSED),
        ("Công ty\u034f", REFUSED),
        ("Công ty\u202e", REFUSED),
        ("Công ty\ufffd", REFUSED),
        ("C«ng ty cæ phÇn §iÖn tö", REFUSED),
        ("Coâng ty coå phaàn Ñieän töû", REFUSED),
    ]],
    ("name", "", REFUSED),
    ("name", " \u00a0\u2800", REFUSED),
    ("name", "\u200b", REFUSED),
    ("name", "x" * 300, "x" * 300),
    ("name", "x" * 301, REFUSED),
    ("name", f"{'x' * 300} \u200b", "x" * 300),
    ("address", "x" * 401, REFUSED),
    ("tax_code", "2300000011", "2300000011"),
    ("tax_code", " 23 0000.0011", "2300000011"),
    ("tax_code", "2300000011–001", "2300000011-001"),
    ("tax_code", "2300000011\u200b", "2300000011"),
    ("tax_code", "2300000011001", "2300000011-001"),
    ("tax_code", "230O000011", REFUSED),
    ("tax_code", "100109106", REFUSED),
    ("tax_code", "12345678901", REFUSED),
    ("tax_code", "099123456789", REFUSED),
    ("tax_code", "2300000000", REFUSED),
    ("tax_code", "２３００００００１１", REFUSED),
    ("tax_code", "٢٣٠٠٠٠٠٠١١", REFUSED),
    ("tax_code", "", REFUSED),
    ("tax_code", "2300000014", REFUSED),  # check digit; may be let pass with a reason, at each door
    ("industry_code", "C10", "10"),
    ("industry_code", "С10", "10"),
    ("industry_code", "0111", "0111"),
    ("industry_code", "C10 - Sản xuất chế biến thực phẩm", "10"),
    ("industry_code", "1", REFUSED),
    ("industry_code", "1.5", REFUSED),
    ("industry_code", "A10", REFUSED),
    ("industry_code", "10 20", REFUSED),
    ("industry_code", "123456", REFUSED),
]  # fmt: skip
# JSON has days in ISO form alone.
OF_FORM_AND_FILE = [
    ("day", "15/03/2026", DAY),
    ("day", "15/3/2026\u200b", DAY),
    ("day", "15–03–2026", DAY),
    ("day", "2026-03-15", REFUSED),
    ("day", "15/03/26", REFUSED),
    ("day", "31/02/2026", REFUSED),
    ("day", "46096", REFUSED),
    ("day", "15/03/2026 17:00", REFUSED),
    ("day", "15 tháng 3 năm 2026", REFUSED),
    ("day", "01/01/2099", REFUSED),
    ("day", "31/12/1999", REFUSED),
    ("day", "", REFUSED),
]
NAMES = {"day": ("located_on", "occurred_on")}  # in the form, in the file


def good(**changed):
    values = {"tax_code": next(codes), "name": "Công ty", "address": "Số 1", "ownership": "private"}
    return values | {"industry_code": "C10", "day": "15/03/2026"} | changed


codes = tax_codes("24")


def by_form(field, value):
    sent = good(**{field: value})
    place = {"unit": BAC_NINH, "located_on": sent.pop("day"), "key": "k"}
    form = EnterpriseRegisterForm(sent | place, places=[Province(BAC_NINH, "Bắc Ninh", None, None, (BAC_NINH,))])
    return form.facts()[NAMES.get(field, (field,))[0]] if form.is_valid() else REFUSED


def by_file(field, value):
    resource = EnterpriseResource(
        ImportBatch(register="enterprises", unit_id=BAC_NINH), UnitScope(frozenset({BAC_NINH}))
    )
    sent = good(**{field: value}) | {"ownership": "Tư nhân", "province": "Bắc Ninh", "stage": "Đang áp dụng"}
    sent |= {"form": "Được kiểm định, hiệu chuẩn", "occurred_on": sent.pop("day")}
    row, problems = resource.clean_row({key: Cell("s", text) if text else None for key, text in sent.items()})
    if any(problem.severity != Severity.NOTE for problem in problems):
        return REFUSED
    kept = row[NAMES.get(field, (field,))[-1]]
    return datetime.date.fromisoformat(kept) if field == "day" else kept


@pytest.fixture
def json_from(keeper):
    """The body as the address of the API reads it, of who keeps the province."""
    request = SimpleNamespace(user=keeper)

    def read(sent):
        body = EnterpriseBodySerializer(data=sent, context={"request": request})
        body.is_valid(raise_exception=True)
        return body.facts()

    return read


@pytest.fixture
def by_json(keeper, json_from):
    def send(field, value):
        sent = good(**{field: value}) | {"unit": BAC_NINH, "located_on": DAY.isoformat()}
        try:
            made = register_enterprise(Enterprise(**json_from(sent)), by=keeper)
        except (ValidationError, exceptions.ValidationError):
            return REFUSED
        kept = getattr(made, field)
        made.delete()
        return kept

    return send


@pytest.mark.django_db
def test_the_same_verdict_at_every_door(reference, by_json):
    assert len(TEXTS) > 60
    verdicts = {
        (field, value): (kept, by_form(field, value), by_json(field, value), by_file(field, value))
        for field, value, kept in TEXTS
    }
    assert {case: told for case, told in verdicts.items() if len(set(told)) > 1} == {}


@pytest.mark.django_db
def test_the_same_verdict_of_form_and_file(reference):
    verdicts = {
        (field, value): (kept, by_form(field, value), by_file(field, value)) for field, value, kept in OF_FORM_AND_FILE
    }
    assert {case: told for case, told in verdicts.items() if len(set(told)) > 1} == {}


@pytest.mark.django_db
@pytest.mark.parametrize("value", [5, 1.5, True, ["x"], {"x": 1}])
def test_json_that_is_no_text_is_refused_not_made_one(value, json_from):
    with pytest.raises(exceptions.ValidationError) as refused:
        json_from({"name": value})
    assert [error.code for error in refused.value.detail["name"]] == ["invalid"]


def test_refusal_of_a_service_is_the_gate_s_own():
    with pytest.raises(ValidationError, match=r"U\+FFFE"):
        Enterprise(tax_code="1", name="a\ufffe", unit_id=BAC_NINH).clean_fields(
            exclude=["tax_code", "unit", "ownership", "located_on"]
        )
