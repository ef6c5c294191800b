"""What the registers of laboratories ask beyond other registers: rows of other units named by their code, rows that may
be left out, rows two steps below a unit, entries of a list by their names, and criteria that everybody sees.
"""

import csv

import pytest

from apps.accounts.scope import UnitScope
from apps.core.export import rows_of
from apps.labs.models import CriteriaSet, CriterionResult, Laboratory, Registration, ScopeItem
from apps.labs.registers import LABS, REGISTRATIONS, SCOPE
from apps.registers.tables import table_of
from tests.factories.registers import (
    AssessmentFactory,
    BodyFactory,
    CriterionFactory,
    LaboratoryFactory,
    RegistrationFactory,
    ResultFactory,
    ScopeFactory,
)
from tests.registers.conftest import problems, states

BAC_NINH, LAM_DONG = "VN-24-2025", "VN-68-2025"
pytestmark = pytest.mark.django_db
LAB = {"code": "PTN-900", "name": "Phòng đo lực", "unit": "Bắc Ninh"}
REGISTRATION = {"number": "12/ĐK-TĐC", "regime": "registration", "issued_on": "04/03/2024"}
IN_A_FILE = REGISTRATION | {"regime": "Đăng ký theo Nghị định 105/2016/NĐ-CP"}
RESULT = {"verdict": "Đạt"}


def test_a_body_of_another_unit_is_named_by_who_knows_its_code(reader_client, upload, write):
    body = BodyFactory(code="TC-LĐ", name="Tổ chức ở Lâm Đồng", unit_id=LAM_DONG)
    assert body.name not in reader_client.get("/registers/labs/new/").text
    assert body.name not in reader_client.get("/registers/bodies/choices/?q=lam dong").text
    unknown = reader_client.post("/registers/labs/new/", LAB | {"body": "Tổ chức ở Lâm Đồng", "key": "a"})
    assert "Không có “Tổ chức ở Lâm Đồng” trong sổ" in unknown.text
    assert reader_client.post("/registers/labs/new/", LAB | {"body": "tc-lđ", "key": "b"}).status_code == 302
    batch = upload("labs", [LAB | {"code": "PTN-901", "body": "TC-LĐ"}, LAB | {"code": "PTN-902", "body": "TC-0"}])
    assert states(batch) == ["new", "error"]
    write(batch)
    sent = {"code": "PTN-903", "name": "A", "unit": BAC_NINH, "body": body.pk}
    by_id, by_code = (
        reader_client.post("/api/v1/registers/labs/", sent | {"body": said}, content_type="application/json")
        for said in (body.pk, "tc-lđ")
    )
    assert (by_id.status_code, "body" in by_id.json()["errors"]) == (400, True)
    assert (by_code.status_code, by_code.json()["body"]) == (201, body.pk)
    one = f"/api/v1/registers/labs/{by_code.json()['id']}/"
    again = {"body": body.pk, "name": "B", "reason": "Sửa tên", "updated_at": by_code.json()["updated_at"]}
    assert reader_client.patch(one, again, content_type="application/json").status_code == 200
    assert set(Laboratory.objects.values_list("body", "unit")) == {(body.pk, BAC_NINH)}
    assert reader_client.get(body.get_absolute_url()).status_code == 404
    page = reader_client.get(Laboratory.objects.get(code="PTN-901").get_absolute_url()).text
    assert "TC-LĐ – Tổ chức ở Lâm Đồng" in page
    assert f'href="{body.get_absolute_url()}"' not in page


def test_a_row_goes_to_no_unit_of_others_by_the_row_above_it(reader_client, upload):
    """A scope line belongs to the unit of its laboratory, so there a code of others is not enough."""
    theirs = LaboratoryFactory(code="PTN-LĐ", unit_id=LAM_DONG)
    line = {"laboratory": "PTN-LĐ", "activity": "Hiệu chuẩn", "field": "Lực, mô men lực", "quantity": "Lực kế"}
    assert states(upload("scope", [line])) == ["error"]
    form = line | {"activity": "calibration", "field": "LUC", "key": "k"}
    assert "Không có “PTN-LĐ” trong sổ" in reader_client.post("/registers/scope/new/", form).text
    sent = form | {"laboratory": theirs.pk}
    answer = reader_client.post("/api/v1/registers/scope/", sent, content_type="application/json")
    assert set(answer.json()["errors"]) == {"laboratory"}
    assert not ScopeItem.objects.exists()


def test_a_registration_is_of_a_body_or_of_one_of_its_laboratories(reader_client):
    lab, other = LaboratoryFactory(), LaboratoryFactory()
    url, whole = "/registers/registrations/new/", REGISTRATION | {"body": lab.body.code}
    assert reader_client.post(url, whole | {"key": "a"}).status_code == 302
    assert "đã có trong sổ" in reader_client.post(url, whole | {"key": "b"}).text
    assert reader_client.post(url, whole | {"laboratory": lab.code, "key": "c"}).status_code == 302
    wrong = reader_client.post(url, whole | {"laboratory": other.code, "key": "d"})
    assert "không thuộc tổ chức này" in " ".join(wrong.context["form"].errors["laboratory"])
    of_body, of_lab = Registration.objects.order_by("pk")
    assert (of_body.laboratory, of_lab.laboratory) == (None, lab)
    begun = reader_client.get(f"{url}?laboratory={lab.code}").context["form"]
    assert begun["body"].value() == f"{lab.body.code} – {lab.body}"
    form = reader_client.get(f"{of_body.get_absolute_url()}edit/")
    assert form.context["form"]["laboratory"].value() in ("", None)
    api = "/api/v1/registers/registrations/"
    changed = {"laboratory": None, "reason": "Của cả tổ chức", "updated_at": of_lab.updated_at.isoformat()}
    refused = reader_client.patch(f"{api}{of_lab.pk}/", changed, content_type="application/json")
    assert refused.status_code == 409  # there is one of the body already
    assert reader_client.get(f"{api}{of_body.pk}/").json()["laboratory"] is None
    assert reader_client.get(lab.get_absolute_url()).context["parts"][1].count == 1


def test_a_file_leaves_the_laboratory_out_or_names_one_of_the_body(upload, write, undo):
    lab, other = LaboratoryFactory(), LaboratoryFactory()
    whole = IN_A_FILE | {"body": lab.body.code}
    rows = [whole, whole | {"laboratory": lab.code}, whole | {"laboratory": other.code}]
    batch = upload("registrations", rows)
    assert states(batch) == ["new", "new", "error"]
    assert problems(batch) == [(4, "Phòng thí nghiệm", "other_body", "error")]
    write(batch)
    assert set(Registration.objects.values_list("laboratory", flat=True)) == {None, lab.pk}
    assert states(upload("registrations", rows[::-1])) == ["error", "unchanged", "unchanged"]
    undo(batch)
    assert not Registration.objects.live().exists()


def test_criteria_are_the_offices_and_everybodys_to_name(reader_client, signed_in, officer, upload, write):
    office = signed_in(officer)
    given = {"code": "13187-01", "criteria_set": "TCVN 13187:2020", "title": "Thử", "unit": "Ủy ban TĐC", "key": "k"}
    assert reader_client.get("/registers/criteria/new/").status_code == 403
    made = office.post("/registers/criteria/new/", given)
    assert made.status_code == 302, made.context["form"].errors
    assert "13187-01" in reader_client.get("/registers/criteria/").text
    assert "Thử" in reader_client.get("/registers/criteria/choices/?q=thu").text
    own, theirs = AssessmentFactory(code="ĐG-1"), AssessmentFactory(code="ĐG-2", laboratory__unit_id=LAM_DONG)
    rows = [RESULT | {"assessment": one.code, "criterion": "13187-01"} for one in (own, theirs)]
    batch = upload("criterion-results", rows)
    assert states(batch) == ["new", "error"]
    write(batch)
    [row] = CriterionResult.objects.all()
    assert (row.home_id, row.assessment) == (BAC_NINH, own)
    assert states(upload("criterion-results", rows[::-1])) == ["error", "unchanged"]
    assert "ĐG-1" in reader_client.get("/registers/criterion-results/?assessment=ĐG-1&criterion=13187-01").text


def test_a_result_is_of_a_criterion_of_the_set_that_was_assessed(reader_client, upload):
    assessment = AssessmentFactory()
    other = CriterionFactory(criteria_set_id=CriteriaSet.objects.create(code="Bộ khác", position=2).pk)
    form = {"assessment": assessment.code, "criterion": other.code, "verdict": "met", "key": "k"}
    wrong = reader_client.post("/registers/criterion-results/new/", form)
    assert "không thuộc bộ tiêu chí" in " ".join(wrong.context["form"].errors["criterion"])
    batch = upload("criterion-results", [RESULT | {"assessment": assessment.code, "criterion": other.code}])
    assert problems(batch) == [(2, "Tiêu chí", "other_set", "error")]


def test_a_laboratory_under_which_others_enter_rows_goes_with_their_units(upload, write, signed_in, outsider):
    """Results hang on an assessment, that on a laboratory: wherever this goes, they are seen there alone."""
    row = ResultFactory()
    Laboratory.objects.update(unit_id=LAM_DONG)
    row.refresh_from_db()
    assert row.home_id == LAM_DONG
    assert signed_in(outsider).get(row.get_absolute_url()).status_code == 200


def test_fields_are_chosen_by_their_names(reader_client, upload, write):
    lab = LaboratoryFactory(code="PTN-1")
    line = {"laboratory": "PTN-1", "activity": "Kiểm định", "quantity": "Áp kế"}
    batch = upload("scope", [line | {"field": "áp suất"}, line | {"field": "DO_AM", "quantity": "Ẩm kế"},
                             line | {"field": "Áp xuất", "quantity": "Khác"}])  # fmt: skip
    assert states(batch) == ["new", "new", "error"]
    assert "Độ dài, Góc" in batch.problems.get().message
    write(batch)
    changed = upload("scope", [line | {"field": "Nhiệt độ"}])
    assert "Sổ đang ghi “Áp suất”, sẽ đổi thành “Nhiệt độ”" in changed.problems.get().message
    page = reader_client.get("/registers/scope/?field=AP_SUAT").text
    assert "Áp kế" in page
    assert "Ẩm kế" not in page
    lines = b"".join(reader_client.get("/registers/scope/?export=csv").streaming_content).decode("utf-8-sig")
    assert {row["Lĩnh vực đo"] for row in csv.DictReader(lines.splitlines(), delimiter=";")} == {"Áp suất", "Độ ẩm"}
    row = ScopeItem.objects.get(field="DO_AM")
    assert '<option value="DO_AM" selected>Độ ẩm</option>' in reader_client.get(f"{row.get_absolute_url()}edit/").text
    assert reader_client.get(f"/registers/labs/{lab.pk}/").context["parts"][0].count == 2


def test_a_file_asks_as_little_for_many_rows_as_for_one(reference, django_assert_num_queries):
    """Large ones are written by a job, where nobody keeps what was asked before."""
    for make, register in ((LaboratoryFactory, LABS), (ScopeFactory, SCOPE), (RegistrationFactory, REGISTRATIONS)):
        for wanted in (1, 4):
            make.create_batch(wanted - register.model.objects.count())
            table = table_of(register)(register.model.objects.select_related("batch"), imports=UnitScope())
            with django_assert_num_queries(2):
                assert len(list(rows_of(table))) == wanted + 1
