"""`manage.py import_file`: the upload page's own path without a browser."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.exchange import services
from apps.exchange.models import ImportBatch
from apps.jobs.models import Job
from apps.labs.models import MeasurementStandard
from tests.conftest import BAC_NINH, LAM_DONG
from tests.exchange import enterprise_files as files
from tests.registers.conftest import workbook as register_file
from tests.registers.test_files import ROW as STANDARD

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path, keeper):
    """Exit code and answer for a file; `--by` is the keeper of Bắc Ninh."""

    def call(content, *options, register="enterprises", name="dn.xlsx", unit=BAC_NINH, by=keeper.email):
        path = tmp_path / name
        path.write_bytes(content)
        out = io.StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("import_file", register, str(path), "--unit", unit, "--by", by, *options, stdout=out)
        return ended.value.code, json.loads(out.getvalue())

    return call


def test_good_file_answers_0(run):
    code, answer = run(files.workbook(files.rows(5)), "--confirm")
    assert code == 0
    assert {name: answer[name] for name in ("rows", "valid", "written", "errors", "notes")} == {
        "rows": 5,
        "valid": 5,
        "written": 5,
        "errors": [],
        "notes": [],
    }
    assert ProgrammeEvent.objects.count() == 5


def test_acceptance_file_answers_1_with_every_error_and_note(run):
    made = files.acceptance_file()
    code, answer = run(made.content, "--confirm")
    assert code == 1
    assert (answer["rows"], answer["valid"], answer["written"]) == (5000, 4970, 4970)
    assert [(line["row"], line["column"], line["code"]) for line in answer["errors"]] == made.errors
    assert [(line["row"], line["column"], line["code"]) for line in answer["notes"]] == made.notes
    assert {frozenset(line) for line in answer["errors"]} == {frozenset(("row", "column", "value", "code", "message"))}


def test_every_register_takes_its_files(run):
    code, answer = run(
        register_file("standards", [STANDARD, STANDARD | {"code": None}]), "--confirm", register="standards"
    )
    assert (code, answer["rows"], answer["written"]) == (1, 2, 1)
    assert [(line["row"], line["column"], line["code"]) for line in answer["errors"]] == [(3, "Ký hiệu", "blank")]
    assert MeasurementStandard.objects.get().unit_id == BAC_NINH


def test_nothing_is_written_without_confirm(run):
    code, answer = run(files.workbook(files.rows(5)))
    assert (code, answer["valid"], answer["written"]) == (0, 5, 0)
    assert not ProgrammeEvent.objects.exists()


def test_same_file_again_changes_nothing(run):
    content = files.workbook(files.rows(5))
    first = run(content, "--confirm")[1]
    code, again = run(content, "--confirm")
    assert (code, again["written"], again["batch"]) == (0, 0, first["batch"])
    assert ProgrammeEvent.objects.count() == 5


def test_check_first_then_confirm_the_same_file(run):
    content = files.workbook(files.rows(5))
    run(content)
    assert run(content, "--confirm")[1]["written"] == 5


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"PK\x03\x04 nothing", "a.xlsx", "tải lên lại"),
        (b"x", "a.csv", ".xlsx"),
        (files.workbook(files.rows(1), ["Cột 1"]), "a.xlsx", "thiếu cột"),
    ],
    ids=["broken", "csv", "wrong-header"],
)
def test_refused_file_answers_2(run, content, name, words):
    code, answer = run(content, "--confirm", name=name)
    assert code == 2
    assert words in answer["refused"]
    assert (answer["rows"], answer["written"]) == (0, 0)


def test_unit_without_the_right_answers_2(run):
    code, answer = run(files.workbook(files.rows(1)), unit=LAM_DONG)
    assert code == 2
    assert "không có quyền" in answer["refused"]
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("wrong", [{"unit": "NOWHERE"}, {"by": "nobody@example.vn"}, {"register": "standard"}])
def test_unknown_unit_person_or_register(tmp_path, keeper, wrong):
    path = tmp_path / "a.xlsx"
    path.write_bytes(files.workbook(files.rows(1)))
    chosen = {"unit": BAC_NINH, "by": keeper.email, "register": "enterprises"} | wrong
    with pytest.raises(CommandError) as ended:
        call_command("import_file", chosen["register"], path, f"--unit={chosen['unit']}", f"--by={chosen['by']}")
    assert ended.value.returncode == 2
    known = "Các sổ: assessments, attendances, "
    assert (known in str(ended.value)) == ("register" in wrong)


def test_warnings_need_a_reason(run):
    line = files.rows(1)[0]
    files.put(line, "Mã số thuế", files.wrong_check_digit(line[0]))
    content = files.workbook([line])
    code, answer = run(content, "--confirm")
    assert (code, answer["written"]) == (1, 0)
    assert [line["code"] for line in answer["errors"]] == ["tax_code_check_digit"]

    line = files.put(line, "Ghi chú", "tệp khác")
    code, answer = run(files.workbook([line]), "--confirm", "--accept-warnings", "Đúng theo giấy đăng ký")
    assert (code, answer["written"]) == (0, 1)
    assert Enterprise.objects.get().tax_code_reason == "Đúng theo giấy đăng ký"


def test_right_that_ends_on_the_way_answers_2(run, keeper, monkeypatch):

    request_write = services.request_write

    def ends_meanwhile(batch, *, by):
        done = request_write(batch, by=by)
        keeper.memberships.update(valid_to="2020-01-01")
        return done

    monkeypatch.setattr(services, "request_write", ends_meanwhile)
    code, answer = run(files.workbook(files.rows(2)), "--confirm")
    assert (code, answer["written"]) == (2, 0)
    assert "quyền" in answer["refused"]


def test_jobs_are_done_on_the_spot(run):
    run(files.workbook(files.rows(2)), "--confirm")
    states = dict(Job.objects.filter(kind__startswith="exchange").values_list("kind", "state"))
    assert states == {"exchange.check": "done", "exchange.write": "done"}
