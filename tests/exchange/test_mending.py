"""What a person does to checked rows: lets warnings pass, mends cells, takes suggestions."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from apps.audit.models import AuditEvent
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.exchange import services
from apps.exchange.models import ImportBatch
from apps.exchange.selectors import counts_of, report, suggested
from tests.exchange import enterprise_files as files
from tests.exchange.conftest import codes, told

pytestmark = pytest.mark.django_db
State = ImportBatch.State
HA_NOI = "VN-01-2025"


# --- warnings ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def odd_code(upload):
    """Two rows, the second with a check digit that does not agree."""
    lines = files.rows(2)
    files.put(lines[1], "Mã số thuế", files.wrong_check_digit(lines[1][0]))
    return upload(files.workbook(lines))


def test_wrong_check_digit_keeps_its_row_out(odd_code):
    counts = counts_of(odd_code)
    assert (counts.new, counts.waiting, counts.faulty, counts.pending) == (1, 1, 0, 1)
    assert told(report(odd_code)["errors"]) == [(3, "Mã số thuế", "tax_code_check_digit")]


def test_accepted_warning_gets_in_and_keeps_its_reason(odd_code, keeper, write):
    assert services.accept_warnings(odd_code, " Đúng theo giấy đăng ký ", by=keeper, number=3) == 1
    assert counts_of(odd_code).new == 2
    write(odd_code)
    kept = Enterprise.objects.exclude(tax_code_reason="").get()
    assert kept.tax_code_reason == "Đúng theo giấy đăng ký"
    assert AuditEvent.objects.get(action="import.warnings_accepted").reason == "Đúng theo giấy đăng ký"


def test_code_already_let_in_is_not_asked_about_again(odd_code, keeper, write, upload):
    services.accept_warnings(odd_code, "Đúng theo giấy đăng ký", by=keeper)
    write(odd_code)
    line = files.rows(2)[1]
    files.put(line, "Mã số thuế", files.wrong_check_digit(line[0]))
    files.put(line, "Giai đoạn", "Duy trì")
    assert counts_of(upload(files.workbook([line]))).new == 1


def test_reason_is_needed(odd_code, keeper):
    with pytest.raises(ValidationError, match="lý do"):
        services.accept_warnings(odd_code, "  ", by=keeper)
    assert counts_of(odd_code).pending == 1


def test_accepting_leaves_errors_errors(upload, keeper):
    line = files.put(files.rows(1)[0], "Ngày", "31/02/2024")
    files.put(line, "Mã số thuế", files.wrong_check_digit(line[0]))
    batch = upload(files.workbook([line]))
    services.accept_warnings(batch, "Đúng", by=keeper)
    assert counts_of(batch).error == 1


def test_a_number_becomes_text_and_is_told_so(upload, keeper, signed_in):
    line = files.rows(1)[0]
    batch = upload(files.workbook([files.put(line, "Mã số thuế", int(line[0]))]))
    [pair] = suggested(batch)
    assert pair.typed == pair.meant
    client = signed_in(keeper)
    assert "Đổi sang văn bản" in client.get(batch.get_absolute_url()).text
    services.apply_suggestions(batch, {pair.key}, by=keeper)
    told_of = AuditEvent.objects.get(action="import.suggestions_applied")
    assert list(told_of.after.values()) == [f"{line[0]} (đổi sang văn bản)"]


# --- mending ----------------------------------------------------------------------------------------------------------


def test_mended_cell_frees_its_row(upload, keeper, write):
    batch = upload(files.workbook([files.put(files.rows(1)[0], "Ngày", "31/02/2024")]))
    services.mend_cell(batch, 2, "Ngày", "29/02/2024", by=keeper)
    assert codes(batch) == []
    assert write(batch).written_rows == 1
    assert ProgrammeEvent.objects.get().occurred_on == datetime.date(2024, 2, 29)


def test_mended_cell_is_held_to_the_same_rules(upload, keeper):
    batch = upload(files.workbook([files.put(files.rows(1)[0], "Ngày", "31/02/2024")]))
    services.mend_cell(batch, 2, "Ngày", "30/02/2024", by=keeper)
    [problem] = batch.problems.all()
    assert (problem.code, problem.value) == ("date", "30/02/2024")
    services.mend_cell(batch, 2, "Tên doanh nghiệp", "x" * 5000, by=keeper)
    assert {code for _number, _column, code in codes(batch)} == {"date", "too_long"}


def test_mending_frees_the_twin_of_a_duplicate(upload, keeper):
    line = files.rows(1)[0]
    batch = upload(files.workbook([line, line]))
    assert counts_of(batch).error == 1
    services.mend_cell(batch, 2, "Giai đoạn", "Duy trì", by=keeper)
    assert counts_of(batch).new == 2


def test_mending_keeps_the_reason_given_for_another_cell(upload, keeper):
    line = files.put(files.rows(1)[0], "Ngày", "31/02/2024")
    files.put(line, "Mã số thuế", files.wrong_check_digit(line[0]))
    batch = upload(files.workbook([line]))
    services.accept_warnings(batch, "Đúng theo giấy đăng ký", by=keeper)
    services.mend_cell(batch, 2, "Ngày", "28/02/2024", by=keeper)
    assert counts_of(batch).new == 1


@pytest.mark.parametrize(("number", "column"), [(99, "Ngày"), (2, "Không có cột này"), (1, "Ngày")])
def test_cell_that_is_not_there(upload, keeper, number, column):
    batch = upload(files.workbook(files.rows(1)))
    with pytest.raises(ValidationError, match="Không có ô này"):
        services.mend_cell(batch, number, column, "x", by=keeper)


def test_suggestions_are_taken_all_at_once(upload, keeper, django_assert_max_num_queries):
    lines = files.rows(40)
    for line in lines[:20]:
        files.put(line, "Giai đoạn", "Đang áp dung")
        files.put(line, "Loại hình", "TN")
    batch = upload(files.workbook(lines))
    assert counts_of(batch).suggestions == 40
    pairs = suggested(batch)
    assert [(pair.column, pair.typed, pair.count) for pair in pairs] == [
        ("Giai đoạn", "Đang áp dung", 20),
        ("Loại hình", "TN", 20),
    ]
    with django_assert_max_num_queries(25):
        assert services.apply_suggestions(batch, {pair.key for pair in pairs}, by=keeper) == 40
    assert counts_of(batch).new == 40


def test_only_the_pairs_that_were_seen_and_chosen_are_applied(upload, keeper):
    lines = files.rows(4)
    for line, word in zip(lines, ["TN", "TN", "NN", "HTX"], strict=True):
        files.put(line, "Loại hình", word)
    batch = upload(files.workbook(lines))
    chosen = {pair.key for pair in suggested(batch) if pair.typed == "TN"}
    assert services.apply_suggestions(batch, chosen, by=keeper) == 2
    assert [pair.typed for pair in suggested(batch)] == ["HTX", "NN"]
    assert AuditEvent.objects.get(action="import.suggestions_applied").data == {"rows": 2, "cells": 2}


@pytest.mark.parametrize("chosen", [set(), {"of another page"}])
def test_nothing_is_applied_that_was_not_shown(upload, keeper, chosen):
    batch = upload(files.workbook([files.put(files.rows(1)[0], "Loại hình", "TN")]))
    with pytest.raises(ValidationError, match="Chọn ít nhất một gợi ý"):
        services.apply_suggestions(batch, chosen, by=keeper)
    assert counts_of(batch).error == 1


def test_a_value_that_changed_since_it_was_shown_is_another_pair(upload, keeper):
    batch = upload(files.workbook([files.put(files.rows(1)[0], "Loại hình", "TN")]))
    [shown] = suggested(batch)
    services.mend_cell(batch, 2, "Loại hình", "NN", by=keeper)
    with pytest.raises(ValidationError, match="Chọn ít nhất một gợi ý"):
        services.apply_suggestions(batch, {shown.key}, by=keeper)


def test_a_suggestion_of_a_warning_that_was_let_pass_is_none_any_more(upload, keeper):
    batch = upload(files.workbook([files.put(files.rows(1)[0], "Tên doanh nghiệp", "C«ng ty cæ phÇn §iÖn tö")]))
    assert [pair.meant for pair in suggested(batch)] == ["Công ty cổ phần Điện tử"]
    services.accept_warnings(batch, "Tên viết như vậy", by=keeper)
    assert (suggested(batch), counts_of(batch).suggestions, counts_of(batch).new) == ([], 0, 1)


# --- what the audit is told -------------------------------------------------------------------------------------------


def test_a_mended_cell_is_recorded_with_what_stood_there_before(upload, keeper, client, signed_in, member):
    batch = upload(files.workbook([files.put(files.rows(1)[0], "Ngày", "31/02/2024")]))
    services.mend_cell(batch, 2, "Ngày", "29/02/2024", by=keeper)
    event = AuditEvent.objects.get(action="import.cell_mended")
    assert (event.before, event.after) == ({"dòng 2, Ngày": "31/02/2024"}, {"dòng 2, Ngày": "29/02/2024"})
    assert event.data == {"row": 2, "column": "Ngày"}
    page = signed_in(member("Auditor", "auditor", "UBTDC")).get(event.get_absolute_url()).text
    for words in ("Dòng 2, Ngày", "31/02/2024", "29/02/2024"):
        assert words in page
    history = client.get(batch.get_absolute_url()).text.partition("Lịch sử thay đổi")[2]
    assert "Dòng 2, Ngày" in history
    assert "<s>31/02/2024</s> → 29/02/2024" in " ".join(history.split())


def test_identity_numbers_in_mended_cells_are_hidden_and_long_texts_cut(upload, keeper):
    line = files.put(files.rows(1)[0], "Mã số thuế", "0010990123456")
    batch = upload(files.workbook([files.put(line, "Địa chỉ", "x" * 290 + " 001099012345 Hà Nội")]))
    services.mend_cell(batch, 2, "Mã số thuế", "001099012345", by=keeper)
    services.mend_cell(batch, 2, "Địa chỉ", "CCCD 001099012345", by=keeper)
    told = str(list(AuditEvent.objects.filter(action="import.cell_mended").values_list("before", "after", "data")))
    assert "••••••••2345" in told
    assert "00109901234'" not in told
    assert "0010990" not in told.replace("0010990123456", "")  # 13 digits are an enterprise's
    assert "x" * 300 not in told


def test_applied_suggestions_name_the_first_cells_and_count_the_rest(upload, keeper):
    lines = files.rows(60)
    for line in lines:
        files.put(line, "Loại hình", "TN")
    batch = upload(files.workbook(lines))
    services.apply_suggestions(batch, {pair.key for pair in suggested(batch)}, by=keeper)
    event = AuditEvent.objects.get(action="import.suggestions_applied")
    assert event.data == {"rows": 60, "cells": 60, "unnamed": 10}
    assert (len(event.before), event.before["dòng 2, Loại hình"]) == (50, "TN")
    assert event.after["dòng 2, Loại hình"] == "Khu vực kinh tế tư nhân"


def test_rows_left_out_and_taken_in_again_are_named_with_their_state(upload, keeper, client):
    lines = [files.put(line, "Ngày", "31/02/2024") for line in files.rows(2)]
    batch = upload(files.workbook([*lines, *files.rows(3)[2:]]))
    services.drop_row(batch, 4, by=keeper)
    services.restore_row(batch, 4, by=keeper)
    services.drop_rest(batch, by=keeper)
    told = list(AuditEvent.objects.filter(action__startswith="import.row").order_by("id").values("before", "after"))
    assert told == [
        {"before": {"dòng 4": "Mới"}, "after": {"dòng 4": "Đã bỏ"}},
        {"before": {"dòng 4": "Đã bỏ"}, "after": {"dòng 4": "Mới"}},
        {"before": {"numbers": [2, 3]}, "after": {}},
    ]
    history = client.get(batch.get_absolute_url()).text.partition("Lịch sử thay đổi")[2]
    assert "Dòng 4:" in history
    assert "<s>2, 3</s>" in history
