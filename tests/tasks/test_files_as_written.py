"""What offices write into a list of tasks, in their own words: understood, or told with what was probably meant."""

import unicodedata

import pytest

from apps.documents.models import LegalDocument
from apps.exchange import services
from apps.framework.models import FrameworkItem
from apps.tasks.models import PlanTask
from apps.tasks.resources import TaskResource
from tests.conftest import BAC_NINH
from tests.registers.conftest import problems, states
from tests.tasks.task_files import APPROVED, DECISION, ROW

pytestmark = pytest.mark.django_db(transaction=False)
HEADERS = {field.key: field.header for field in TaskResource.fields}


def test_a_code_with_marks_is_suggested_without(upload):
    assert upload([ROW | {"code": "ĐT/01"}]).problems.get().suggestion == "DT-01"


@pytest.mark.parametrize("text", ["B.6", "b 6", "Danh mục B, mục 6", "B.6. Hỗ trợ"])
def test_an_item_is_known_by_its_ways_of_being_called(upload, write, text):
    write(upload([ROW | {"framework_item": text}]))
    assert PlanTask.objects.get().framework_item_id == "B.6"


def test_an_item_is_known_by_its_title(upload, write):
    title = FrameworkItem.objects.get(code="A.1.2").title
    write(upload([ROW | {"framework_item": title}]))
    assert PlanTask.objects.get().framework_item_id == "A.1.2"


def test_one_decision_however_its_rows_write_it(upload, write):
    ways = [
        {}, {"decision_number": "3105 / qđ–bct"}, {"decision_number": "3105/QĐ\u2011BCT."},
        {"decision_number": "Quyết định số 3105/QĐ-BCT ngày 20/01/2026"}, {"decision_issuer": "BỘ CÔNG  THUƠNG"},
        {"decision_number": unicodedata.normalize("NFD", "3105/QĐ-BCT"), "decision_on": "20/1/2026"},
    ]  # fmt: skip
    batch = upload([ROW | APPROVED | way | {"code": f"BCT-{at}"} for at, way in enumerate(ways)])
    assert set(states(batch)) == {"new"}
    write(batch)
    assert LegalDocument.objects.filter(added_by=batch.uploaded_by).count() == 1
    [problem] = upload(
        [ROW | APPROVED | {"decision_number": "3105/QĐ-BCT ngày 20/01/2026", "decision_on": None, "code": "BCT-99"}]
    ).problems.all()
    assert (problem.code, problem.suggestion) == ("act_incomplete", "20/01/2026")


def test_another_issuer_of_one_number_and_day_is_asked_about(upload, write):
    other = {"decision_issuer": "Bộ trưởng Bộ Công Thương"}
    batch = upload([ROW | APPROVED, ROW | APPROVED | other | {"code": "BCT-2"}])
    assert problems(batch) == [(3, HEADERS["decision_issuer"], "act_alike", "warning")]
    assert "do “Bộ Công Thương” ban hành" in batch.problems.get().message
    write(batch)
    again = upload([ROW | APPROVED | other | {"code": "BCT-2"}, ROW | APPROVED | {"code": "BCT-3"}])
    assert problems(again) == [(2, HEADERS["decision_issuer"], "act_alike", "warning")]
    ours = {"decision_number": "15/QĐ-UBND", "decision_issuer": "UBND tỉnh Lâm Đồng"}
    theirs = ours | {"decision_issuer": "UBND tỉnh Bắc Ninh", "code": "BCT-4"}
    assert problems(upload([ROW | APPROVED | ours | {"code": "BCT-3"}, ROW | APPROVED | theirs])) == []


def test_coordinating_units_are_those_that_have_a_name(upload, write):
    batch = upload([ROW | {"coordinating": "Bộ Xây dựng; Bắc Ninh; các đơn vị liên quan"}])
    assert problems(batch) == [(2, HEADERS["coordinating"], "unknown_unit", "warning")]
    services.accept_warnings(batch, "Không phải đơn vị", by=batch.uploaded_by)
    write(batch)
    assert set(PlanTask.objects.get().participations.values_list("unit_id", flat=True)) == {"BXD", BAC_NINH}


@pytest.mark.parametrize(
    "text",
    ["Bộ Xây dựng, Bắc Ninh", "Bộ Xây dựng\nUBND tỉnh Bắc Ninh", "bộ  xây dựng;; Uỷ ban nhân dân thành phố Bắc Ninh."],
)
def test_coordinating_units_stand_in_a_list_of_any_form(upload, write, text):
    write(upload([ROW | {"coordinating": text}]))
    assert set(PlanTask.objects.get().participations.values_list("unit_id", flat=True)) == {"BXD", BAC_NINH}


def test_units_that_have_ended_are_asked_about_with_their_heirs(upload):
    old = {"coordinating": "Bộ Kế hoạch và Đầu tư; UBND tỉnh Bắc Giang"}
    batch = upload([ROW | old, ROW | old | {"code": "BCT-2", "year": 2024, "starts_on": "02/01/2024"}])
    [problem] = batch.problems.all()
    assert (problem.number, problem.code, problem.severity) == (2, "part_not_valid", "warning")
    assert problem.message.startswith("Đã kết thúc: Bộ KH&ĐT (28/02/2025), Bắc Giang (30/06/2025).")
    assert problem.suggestion == "Bộ Tài chính; Bắc Ninh"


@pytest.mark.parametrize(
    ("wrong", "code", "meant"),
    [
        ({"state": "Hoàn thành", "percent": 100} | DECISION, "choice", "Đã nghiệm thu"),
        ({"kind": "Nhiệm vụ KH&CN"}, "choice", "Nhiệm vụ khoa học và công nghệ"),
        ({"framework_item": 6}, "item", "B.6"),
        ({"year": "Năm 2026"}, "whole_number", "2026"),
        ({"code": "BCT–1"}, "code", "BCT-1"),
    ],
)
def test_a_wrong_word_is_told_once_with_what_was_meant(upload, wrong, code, meant):
    [problem] = upload([ROW | wrong]).problems.all()
    assert (problem.code, problem.suggestion) == (code, meant)


def test_a_yearly_term_is_spelt_both_ways(upload):
    assert states(upload([ROW | {"term": "Hàng năm"}])) == ["new"]
