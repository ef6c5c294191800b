"""Every act at its own address: done, refused with its reasons, stale, out of turn, out of sight."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.documents.models import Attachment
from apps.tasks.inbox import extensions_to_decide, to_appraise
from apps.tasks.models import Consultation, Extension, PlanTask, TaskRelation
from apps.tasks.services import asking, moves
from apps.tasks.services.drafting import add_milestones
from apps.tasks.waiting import waiting_for
from tests.conftest import BAC_NINH
from tests.factories.tasks import PlanTaskFactory

State = PlanTask.State
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
DECISION = {
    "number": "2145/QĐ-UBND", "day": "20/11/2026", "issuer": "Ủy ban nhân dân tỉnh Bắc Ninh",
    "signatory": "KT. Chủ tịch",
}  # fmt: skip
REASON = {"reason": "Thiếu dự toán"}
# verb: the state it leaves, who makes it, what they give, the state it comes to
ACTS = {
    "propose": (State.DRAFT, "officer_of_so", {}, State.PROPOSED),
    "start_appraisal": (State.PROPOSED, "editor_of_province", {}, State.UNDER_APPRAISAL),
    "return_for_revision": (State.UNDER_APPRAISAL, "editor_of_province", REASON, State.RETURNED),
    "appraise": (State.UNDER_APPRAISAL, "editor_of_province", {}, State.APPRAISED),
    "approve": (State.APPRAISED, "approver_of_province", DECISION, State.APPROVED),
    "reject": (State.APPRAISED, "approver_of_province", REASON, State.REJECTED),
    "start": (State.APPROVED, "officer_of_so", {}, State.IN_PROGRESS),
    "report_completion": (State.IN_PROGRESS, "officer_of_so", {"on": "19/11/2026"}, State.COMPLETION_REPORTED),
    "accept": (State.COMPLETION_REPORTED, "approver_of_province", DECISION, State.ACCEPTED),
    "fail_acceptance": (State.COMPLETION_REPORTED, "approver_of_province", REASON, State.IN_PROGRESS),
    "close": (State.ACCEPTED, "approver_of_province", {}, State.CLOSED),
    "suspend": (State.IN_PROGRESS, "approver_of_province", REASON, State.SUSPENDED),
    "resume": (State.SUSPENDED, "approver_of_province", {}, State.IN_PROGRESS),
    "terminate": (State.IN_PROGRESS, "approver_of_province", REASON, State.TERMINATED),
}


def url(task, verb: str) -> str:
    return f"{task.get_absolute_url()}{verb}/"


def send(client, task, verb: str, **given):
    return client.post(url(task, verb), {"version": task.version, "key": "k1", **given})


def test_every_verb_of_the_table_is_asked_here():
    assert list(ACTS) == [verb for verb in ACTS if verb in moves.VERBS]
    assert set(ACTS) == set(moves.VERBS)


@pytest.mark.parametrize("verb", ACTS)
def test_act_is_done_once_and_refused_out_of_turn(verb, people, signed_in, so):
    state, name, given, target = ACTS[verb]
    client = signed_in(getattr(people, name))
    task = PlanTaskFactory(state=state, lead_unit_id=so.pk)
    for _twice in range(2):
        answer = send(client, task, verb, **given)
        assert answer.status_code == 302, answer.content.decode()
        assert answer["Location"] == task.get_absolute_url()
    moved = PlanTask.objects.get(pk=task.pk)
    assert (moved.state, moved.version, moved.steps.count()) == (target, 2, 1)
    late = client.post(url(task, verb), {"version": 2, "key": "k2", **given})
    assert late.status_code == 409
    assert "đang ở trạng thái" in late.content.decode()
    assert PlanTask.objects.get(pk=task.pk).version == 2


# One for each thing that an act asks for; who is refused what at every address is the walk's.
@pytest.mark.parametrize("verb", ["propose", "reject", "approve", "report_completion"])
def test_act_is_refused_out_of_date_out_of_sight_and_without_right(verb, people, signed_in, so):
    state, name, given, _target = ACTS[verb]
    client = signed_in(getattr(people, name))
    task = PlanTaskFactory(state=state, lead_unit_id=so.pk)
    stale = client.post(url(task, verb), {"version": 7, "key": "k0", **given})
    assert stale.status_code == 409
    assert "vừa được người khác cập nhật" in stale.content.decode()
    assert client.post(url(task, verb), {"key": "k0", **given}).status_code == 409  # looked at nothing
    next_door = signed_in(people.approver_next_door if name == "approver_of_province" else people.neighbour)
    assert send(next_door, task, verb, **given).status_code == 404
    assert send(signed_in(people.reader_of_province), task, verb, **given).status_code == 403
    task.refresh_from_db()
    assert (task.state, task.version) == (state, 1)


@pytest.mark.parametrize("verb", [verb for verb, act in ACTS.items() if act[2] in (REASON, DECISION) or "on" in act[2]])
def test_what_an_act_needs_is_asked_for_in_plain_words_and_what_was_typed_stays(verb, people, signed_in, so):
    state, name, given, _target = ACTS[verb]
    client, task = signed_in(getattr(people, name)), PlanTaskFactory(state=state, lead_unit_id=so.pk)
    assert client.get(url(task, verb)).status_code == 200
    words = {"reason": "Nhập ý kiến, lý do.", "number": "Nhập số, ký hiệu quyết định.", "on": "Nhập ngày/tháng/năm"}
    missing = next(one for one in words if one in given)
    answer = send(client, task, verb, **given | {missing: "", "signatory": "Người đã ký"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert words[missing] in text
    if given is DECISION:
        assert "Người đã ký" in text
        assert "KT. Chủ tịch" not in text
        ahead = send(client, task, verb, **given | {"day": "20/11/2099"})
        assert "Ngày không được sau hôm nay" in ahead.content.decode()
    task.refresh_from_db()
    assert task.state == state


def test_what_another_button_asks_for_does_not_stand_in_the_way(people, signed_in, so):
    task = PlanTaskFactory(state=State.APPRAISED, lead_unit_id=so.pk)
    answer = send(
        signed_in(people.approver_of_province), task, "return_for_revision", day="hôm qua", number="", **REASON
    )
    assert answer.status_code == 302


def test_a_stale_form_shows_what_is_and_keeps_what_was_typed(people, signed_in, so):
    task = PlanTaskFactory(state=State.UNDER_APPRAISAL, lead_unit_id=so.pk)
    moves.appraise(task, by=people.editor_of_province)
    answer = send(signed_in(people.approver_of_province), task, "reject", reason="Không đủ căn cứ")
    text = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Chờ phê duyệt", "Không đủ căn cứ", "Phê duyệt nhiệm vụ", 'name="version" value="2"'):
        assert words in text


def test_who_decides_attaches_the_signed_paper_with_the_decision_and_not_beside_it(
    people, signed_in, so, settings, tmp_path
):
    settings.MEDIA_ROOT = str(tmp_path)
    client = signed_in(people.approver_of_province)
    task = PlanTaskFactory(state=State.APPRAISED, lead_unit_id=so.pk)
    beside = f"/documents/attachments/tasks.plantask/{task.pk}/add/"
    paper = lambda name: SimpleUploadedFile(name, PDF, "application/pdf")  # noqa: E731
    assert client.post(beside, {"file": paper("a.pdf")}).status_code in (403, 404)
    wrong = send(client, task, "approve", **DECISION | {"file": SimpleUploadedFile("a.exe", b"MZ")})
    assert wrong.status_code == 422
    assert 'id="id_file_error"' in wrong.content.decode()
    stale = send(client, task, "approve", **DECISION | {"file": paper("cu.pdf"), "version": 9})
    assert (stale.status_code, list(tmp_path.iterdir())) == (409, []), "nobody would ever take away what is kept then"
    assert send(client, task, "approve", **DECISION | {"file": paper("quyet-dinh.pdf")}).status_code == 302
    [kept] = Attachment.objects.of(task)
    assert (kept.name, kept.note) == ("quyet-dinh.pdf", "Văn bản đã ký 2145/QĐ-UBND")
    step = task.steps.get()
    assert (step.decision.number, step.decision.kind, step.signatory) == ("2145/QĐ-UBND", "Quyết định", "KT. Chủ tịch")
    files = client.get(task.get_absolute_url(), {"tab": "files"}).content.decode()
    assert "quyet-dinh.pdf" in files
    assert "Quyết định 2145/QĐ-UBND" in files


def test_an_extension_is_asked_granted_by_a_paper_and_refused_with_a_reason(people, signed_in, so):
    lead, approver = signed_in(people.officer_of_so), signed_in(people.approver_of_province)
    task = PlanTaskFactory(state=State.IN_PROGRESS, lead_unit_id=so.pk)
    assert lead.get(url(task, "ask_extension")).status_code == 200
    early = send(lead, task, "ask_extension", due_on="01/12/2026", reason="Chậm")
    assert "Hạn đề nghị phải sau hạn hiện tại." in early.content.decode()
    asked = {"due_on": "31/03/2027", "reason": "Nhà thầu giao chậm"}
    assert send(approver, task, "ask_extension", **asked).status_code == 403
    assert send(lead, task, "ask_extension", **asked).status_code == 302
    assert lead.get(url(task, "ask_extension")).status_code == 302  # one waits already
    task.refresh_from_db()
    elsewhere = signed_in(people.approver_of_so)  # who approves, and not on this side
    for reader, decides in ((approver, True), (elsewhere, False)):
        page = reader.get(task.get_absolute_url()).content.decode()
        assert ("Đề nghị gia hạn đang chờ" in page, url(task, "grant_extension") in page) == (True, decides)
    assert "Nhà thầu giao chậm" in approver.get(url(task, "grant_extension")).content.decode()
    assert send(approver, task, "grant_extension", due_on="31/03/2027").status_code == 422
    given = DECISION | {"due_on": "28/02/2027"}
    assert send(lead, task, "grant_extension", **given).status_code == 403
    assert approver.post(url(task, "grant_extension"), {**given, "version": 1, "key": "k"}).status_code == 409
    assert send(approver, task, "grant_extension", **given).status_code == 302
    task.refresh_from_db()
    assert (task.due_on, task.first_due_on) == (date(2027, 2, 28), date(2026, 12, 31))
    asking.ask_extension(task, date(2027, 6, 30), "Còn chậm", by=people.officer_of_so)
    task.refresh_from_db()
    assert send(approver, task, "refuse_extension", reason="").status_code == 422
    assert send(approver, task, "refuse_extension", reason="Không đủ căn cứ").status_code == 302
    assert [one.state for one in task.extensions.all()] == [Extension.State.GRANTED, Extension.State.REFUSED]
    assert approver.get(url(task, "grant_extension")).status_code == 302  # nothing waits
    text = lead.get(task.get_absolute_url()).content.decode()
    for words in ("Gia hạn nhiệm vụ", "Không gia hạn nhiệm vụ", "Hạn đặt ban đầu 31/12/2026", "Không đủ căn cứ"):
        assert words in text


def test_the_programme_office_answers_once_and_the_ministry_waits_for_it(people, signed_in, cuc):
    task = PlanTaskFactory(state=State.PROPOSED, lead_unit_id=cuc.pk)
    task = moves.start_appraisal(task, by=people.editor_of_ministry)
    ministry, officer = signed_in(people.editor_of_ministry), signed_in(people.officer)
    Consultation.objects.update(due_on=timezone.localdate())  # its last day still is the office's
    assert not to_appraise(people.editor_of_ministry).exists()
    text = ministry.get(task.get_absolute_url()).content.decode()
    assert "Đang chờ ý kiến của Ủy ban TĐC đến hết ngày" in text
    assert f"{url(task, 'appraise')}" not in text
    assert send(ministry, task, "answer_consultation", opinion="agree").status_code == 403
    assert "Trả lời lấy ý kiến" in officer.get(task.get_absolute_url()).content.decode()
    assert send(officer, task, "answer_consultation", opinion="comment").status_code == 422
    given = {"opinion": "comment", "text": "Bổ sung chuẩn công tác"}
    assert send(officer, task, "answer_consultation", **given).status_code == 302
    assert send(officer, task, "answer_consultation", **given | {"key": "k9"}).status_code == 409
    assert Consultation.objects.get().answered_by == people.officer
    text = ministry.get(task.get_absolute_url()).content.decode()
    assert "Bổ sung chuẩn công tác" in text
    assert f"{url(task, 'appraise')}" in text


def test_progress_milestones_and_holder_are_the_lead_units_to_tell(people, signed_in, so):
    lead, approver = signed_in(people.officer_of_so), signed_in(people.approver_of_province)
    task = PlanTaskFactory(state=State.IN_PROGRESS, lead_unit_id=so.pk)
    add_milestones(task)
    told = {"percent": "40", "told_on": "15/11/2026", "text": "Đã khảo sát", "risk": "high"}
    assert send(approver, task, "tell_progress", **told).status_code == 403
    assert send(lead, task, "tell_progress", **told | {"percent": "140"}).status_code == 422
    silent = send(lead, task, "tell_progress", **told | {"text": " "})
    assert silent.status_code == 422
    assert "Nêu vướng mắc là gì" in silent.content.decode()
    for _twice in range(2):
        assert send(lead, task, "tell_progress", **told).status_code == 302
    assert task.progress.count() == 1
    said = f"<b>{task.progress.get().get_risk_display()}</b> (tính đến 15/11/2026):"
    assert said in approver.get(task.get_absolute_url()).content.decode()  # where the task stands, not in a tab alone
    task.progress.create(percent=50, told_on=date(2026, 11, 16), risk="none")
    assert said not in approver.get(task.get_absolute_url()).content.decode()
    task.progress.latest("told_on").delete()
    milestone = task.milestones.first()
    address = url(task, f"milestones/{milestone.pk}")
    assert lead.get(address).status_code == 200
    kept = {"due_on": "30/11/2026", "done_on": "", "document": "", "seen": milestone.mark}
    assert lead.post(address, kept).status_code == 302
    assert lead.post(address, kept | {"due_on": "01/12/2026"}).status_code == 409
    milestone.refresh_from_db()
    assert milestone.due_on == date(2026, 11, 30)
    text = lead.get(task.get_absolute_url(), {"tab": "progress"}).content.decode()
    for words in ("Đã khảo sát", "40%", "30/11/2026", "Vướng mắc cần cấp trên giải quyết"):
        assert words in text
    choices = lead.get(url(task, "hand_to")).content.decode()
    assert "Nguyễn Văn Sơn" in choices
    assert "Huỳnh Quốc Toàn" not in choices
    assert send(lead, task, "hand_to", holder=people.approver_of_province.pk).status_code == 422
    assert send(lead, task, "hand_to", holder=people.approver_of_so.pk).status_code == 302
    task.refresh_from_db()
    assert task.holder == people.approver_of_so
    done = PlanTaskFactory(state=State.CLOSED, lead_unit_id=so.pk)
    assert lead.get(url(done, "hand_to")).status_code == 302
    assert send(lead, done, "hand_to", holder="", key="k3").status_code == 409
    assert send(lead, done, "tell_progress", **told | {"key": "k3"}).status_code == 409


def test_tasks_are_related_by_their_codes_and_an_unfinished_one_before_is_a_warning(people, signed_in, so):
    lead = signed_in(people.officer_of_so)
    first, task = (PlanTaskFactory(lead_unit_id=so.pk, state=State.APPROVED) for _n in range(2))
    hidden = PlanTaskFactory(lead_unit_id="VN-68-2025")
    for code in (hidden.code, "NV-0000-0000", task.code):
        assert send(lead, task, "relate", kind="after", other=code).status_code == 422, code
    assert send(lead, task, "relate", kind="after", other=first.code.lower()).status_code == 302
    ring = send(lead, task, "relate", kind="before", other=first.code, key="k2")
    assert "Hai nhiệm vụ sẽ chờ lẫn nhau" in ring.content.decode()
    assert "Nhiệm vụ làm trước chưa xong" in lead.get(task.get_absolute_url()).content.decode()
    answer = lead.post(url(task, "start"), {"version": 1, "key": "k4"}, follow=True)
    assert f"Nhiệm vụ làm trước chưa xong: {first.code}." in answer.content.decode()
    assert "Đã bắt đầu thực hiện." in answer.content.decode()
    [relation] = TaskRelation.objects.all()
    remove = url(task, f"relations/{relation.pk}/remove")
    assert signed_in(people.approver_of_province).post(remove).status_code == 403
    assert lead.post(remove).status_code == 302
    assert TaskRelation.objects.count() == 0
    assert PlanTask.objects.filter(lead_unit=BAC_NINH).count() == 0


def test_acceptance_waits_for_the_sub_tasks_and_says_so(people, signed_in, so):
    task = PlanTaskFactory(state=State.COMPLETION_REPORTED, lead_unit_id=so.pk)
    part = PlanTaskFactory(state=State.IN_PROGRESS, lead_unit_id=so.pk, parent=task)
    approver = signed_in(people.approver_of_province)
    assert "Còn 1 nhiệm vụ thành phần chưa nghiệm thu" in approver.get(task.get_absolute_url()).content.decode()
    assert send(approver, task, "accept", **DECISION).status_code == 422
    moves.terminate(part, "Không cần nữa", by=people.approver_of_province)
    assert send(approver, task, "accept", **DECISION).status_code == 302


def test_an_extension_waits_for_nobody_once_the_work_does_not_go_on(people, signed_in, so):
    """And waits again where it does: acceptance failed."""
    by, approver = people.approver_of_province, signed_in(people.approver_of_province)
    task = PlanTaskFactory(state=State.IN_PROGRESS, lead_unit_id=so.pk)
    row = asking.ask_extension(task, date(2027, 3, 31), "Chậm", by=people.officer_of_so)

    def places() -> list[bool]:
        page = approver.get(task.get_absolute_url()).content.decode()
        listed = waiting_for(PlanTask.objects.filter(state=State.IN_PROGRESS), by).filter(pk=task.pk).exists()
        return [extensions_to_decide(by).exists(), "Đề nghị gia hạn đang chờ" in page, listed]

    assert places() == [True, True, True]
    for stop, go_on in (
        (lambda: moves.suspend(task, "Chờ vốn", by=by), lambda: moves.resume(task, by=by)),
        (lambda: moves.report_completion(task, by=people.officer_of_so),
         lambda: moves.fail_acceptance(task, "Thiếu", by=by)),
    ):  # fmt: skip
        stop()
        assert places() == [False, False, False]
        assert not waiting_for(PlanTask.objects.exclude(state=State.COMPLETION_REPORTED), by).exists()
        assert approver.get(url(task, "grant_extension")).status_code == 302
        with pytest.raises(ValidationError, match="Chỉ gia hạn nhiệm vụ"):
            asking.refuse_extension(row, "Không cần", by=by)
        go_on()
        assert places() == [True, True, True]
    moves.terminate(task, "Không cần nữa", by=by)
    assert places() == [False, False, False]


def test_an_opinion_is_of_what_is_appraised_and_of_the_version_that_was_read(people, signed_in, cuc):
    task = PlanTaskFactory(state=State.PROPOSED, lead_unit_id=cuc.pk)
    task = moves.start_appraisal(task, by=people.editor_of_ministry)
    officer, read = signed_in(people.officer), task.version
    task = moves.return_for_revision(task, "Tách kinh phí", by=people.editor_of_ministry)
    assert "Trả lời lấy ý kiến" not in officer.get(task.get_absolute_url()).content.decode()
    assert officer.get(url(task, "answer_consultation")).status_code == 302
    assert send(officer, task, "answer_consultation", opinion="agree").status_code == 409
    task = moves.propose(task, by=people.officer_of_cuc)
    task = moves.start_appraisal(task, by=people.editor_of_ministry)
    old = {"opinion": "agree", "version": read, "key": "k2"}
    assert officer.post(url(task, "answer_consultation"), old).status_code == 409
    assert Consultation.objects.get().answered_at is None
    assert send(officer, task, "answer_consultation", opinion="agree", key="k3").status_code == 302


def test_handing_over_is_a_version_and_asks_for_the_one_that_was_seen(people, signed_in, so):
    lead = signed_in(people.officer_of_so)
    task = PlanTaskFactory(state=State.IN_PROGRESS, lead_unit_id=so.pk)
    assert f'name="version" value="{task.version}"' in lead.get(url(task, "hand_to")).content.decode()
    assert send(lead, task, "hand_to", holder=people.approver_of_so.pk).status_code == 302
    assert send(lead, task, "hand_to", holder=people.officer_of_so.pk, key="k2").status_code == 409
    task.refresh_from_db()
    assert (task.holder, task.version) == (people.approver_of_so, 2)


@pytest.mark.parametrize("verb", ["approve", "accept", "grant_extension"])
def test_the_number_of_a_decision_is_held_before_the_task(verb, people, signed_in, so):
    """As files and lists of tasks do, or two who enter the same act wait for each other for ever."""
    state = State.IN_PROGRESS if verb == "grant_extension" else ACTS[verb][0]
    task = PlanTaskFactory(state=state, lead_unit_id=so.pk)
    given = dict(DECISION, file=SimpleUploadedFile("qd.pdf", PDF))
    if verb == "grant_extension":
        asking.ask_extension(task, date(2027, 3, 31), "Chậm", by=people.officer_of_so)
        task.refresh_from_db()
        given["due_on"] = "28/02/2027"
    client = signed_in(people.approver_of_province)
    with CaptureQueriesContext(connection) as asked:
        assert send(client, task, verb, **given).status_code == 302
    told = [one["sql"] for one in asked]
    number = next(n for n, sql in enumerate(told) if "'documents.known'" in sql)
    locked = next(n for n, sql in enumerate(told) if 'FROM "tasks_plantask"' in sql and " FOR " in sql)
    assert number < locked
