"""The list and the page of people, roles given and ended, deputies, closed accounts, lost factors, the review."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.notifications.models import Notification
from apps.notifications.selectors import seen
from apps.notifications.waiting import waiting_keys
from apps.organisations.models import OrganisationUnit
from apps.people.models import Membership, MembershipReview, Person
from apps.people.rights import needs_second_factor, rights_of
from apps.people.services import memberships, people
from apps.people.services.factor_resets import decide_factor_reset, request_factor_reset
from apps.people.services.reviews import review_memberships
from tests.accounts.clients import let_proof_grow_old, prove
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG, TDC
from tests.factories.organisations import OrganisationUnitFactory
from tests.people.people import add_role, person, today

pytestmark = pytest.mark.django_db
LIST = "/users/"


def shown(plus: int = 0) -> str:
    return f"{today(plus):%d/%m/%Y}"


def role_of(name: str) -> Group:
    return Group.objects.get(name=name)


@pytest.fixture
def admin(reference) -> User:
    return person("Ngô Đức Thắng", "unit_administrator", BAC_NINH)


@pytest.fixture
def editor(reference) -> User:
    return person("Nguyễn Hồng Nhung", "unit_editor", BAC_NINH)


@pytest.fixture
def approver(reference) -> User:
    return person("Trần Hữu Lộc", "unit_approver", BAC_NINH)


@pytest.fixture
def neighbour(reference) -> User:
    return person("Võ Minh Triết", "unit_editor", LAM_DONG)


def names(response) -> list[str]:
    return [row.record.full_name for row in response.context["table"].rows]


# --- the list and the page --------------------------------------------------------------------------------------------


def test_person_list_shows_people_of_own_units_only(admin, editor, neighbour, signed_in):
    old = person("Đặng Văn Cũ", "reader", BAC_GIANG, valid_to=today(-10))
    response = signed_in(admin).get(LIST)
    assert names(response) == [old.full_name, admin.full_name, editor.full_name]  # Đ, N, N in Vietnamese order
    assert neighbour.full_name not in response.content.decode()


def test_person_list_is_whole_for_the_centre_and_closed_to_editors(central, editor, neighbour, signed_in):
    assert {editor.full_name, neighbour.full_name} <= set(names(signed_in(central).get(LIST)))
    assert signed_in(editor).get(LIST).status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "nguyen hong"}, True),
        ({"q": "NHUNG"}, True),
        ({"q": "khong-ai"}, False),
        ({"q": "bac ninh"}, True),
        ({"q": "chuyen"}, False),  # one word is a person's name before it is part of a role's or a unit's
        ({"q": "chuyen vien don vi"}, True),
        ({"role": "unit_editor"}, True),
        ({"role": "unit_approver"}, False),
        ({"unit": BAC_NINH, "role": "unit_editor"}, True),
        ({"state": "closed"}, False),
        ({"state": "open"}, True),
    ],
)
def test_person_list_filters(admin, editor, signed_in, query, found):
    """A unit stands for its departments."""
    part = OrganisationUnitFactory(parent_id=BAC_NINH, kind="department")
    Membership.objects.filter(user=editor).update(unit=part)
    assert (editor.full_name in names(signed_in(admin).get(LIST, query))) is found


def test_roles_elsewhere_are_neither_shown_nor_found_nor_exported(admin, editor, signed_in):
    add_role(editor, "unit_approver", LAM_DONG)
    client = signed_in(admin)
    assert editor.full_name not in names(client.get(LIST, {"role": "unit_approver"}))
    assert LAM_DONG not in dict(client.get(LIST).context["filter"].form.fields["unit"].choices)
    page = client.get(f"/users/{editor.pk}/")
    assert len(page.context["held"]) == 1
    csv = b"".join(client.get(LIST, {"export": "csv"}).streaming_content).decode()
    for text in (page.content.decode(), csv):
        assert editor.full_name in text
        assert "Lâm Đồng" not in text


def test_person_page_of_another_unit_is_not_found(admin, neighbour, signed_in):
    assert signed_in(admin).get(f"/users/{neighbour.pk}/").status_code == 404


def test_person_page_keeps_what_another_unit_did_to_itself(admin, editor, central, signed_in):
    unit = OrganisationUnit.objects.get(pk=LAM_DONG)
    memberships.grant_membership(editor, unit, role_of("unit_approver"), today(), by=central)
    memberships.grant_membership(
        editor, OrganisationUnit.objects.get(pk=BAC_NINH), role_of("reader"), today(), by=central
    )
    page = signed_in(admin).get(f"/users/{editor.pk}/")
    assert [entry.action for entry in page.context["history"].entries] == ["Cấp vai trò"]
    assert len(signed_in(central).get(f"/users/{editor.pk}/").context["history"].entries) == 2


@pytest.mark.parametrize("path", [LIST, "/users/review/"])
def test_list_query_count_does_not_grow_with_rows(admin, signed_in, path):
    client = signed_in(admin)
    counts = []
    for size in (1, 3):
        for at in range(size):
            person(f"Người {size} {at}", "unit_editor", BAC_NINH)
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(path)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- giving and ending roles ------------------------------------------------------------------------------------------


def grant(by: User, to: User, role: str, unit: str, start: int = 0, end: int | None = None) -> Membership:
    last = None if end is None else today(end)
    unit_row = OrganisationUnit.objects.get(pk=unit)
    return memberships.grant_membership(to, unit_row, role_of(role), today(start), last, by=by)


def test_grant_through_the_page_needs_a_recent_proof(admin, editor, signed_in):
    client = signed_in(admin)
    facts = {"unit": BAC_NINH, "role": "register_keeper", "valid_from": shown(), "valid_to": shown(30)}
    let_proof_grow_old(client)
    response = client.post(f"/users/{editor.pk}/grant/", facts)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/confirm/")
    assert editor.memberships.count() == 1

    assert signed_in(admin).post(f"/users/{editor.pk}/grant/", facts).status_code == 302
    given = editor.memberships.get(role__name="register_keeper")
    assert (given.unit_id, given.valid_to) == (BAC_NINH, today(30))
    event = AuditEvent.objects.get(action="membership.granted")
    assert (event.actor_id, event.unit, event.target_id) == (admin.pk, BAC_NINH, str(editor.pk))


@pytest.mark.parametrize(
    ("start", "end", "unit", "field"),
    [(-1, None, BAC_NINH, "valid_from"), (5, 3, BAC_NINH, "valid_to"), (0, None, BAC_GIANG, "unit")],
)
def test_grant_at_the_wrong_moment_is_explained(admin, editor, start, end, unit, field):
    with pytest.raises(ValidationError) as refusal:
        grant(admin, editor, "reader", unit, start, end)
    assert field in refusal.value.error_dict


def test_grant_twice_is_refused_by_the_data(admin, editor):
    with pytest.raises(ValidationError, match="đã giữ vai trò đó"):
        grant(admin, editor, "unit_editor", BAC_NINH)


def test_grant_to_a_closed_account_is_refused(admin, editor):
    people.deactivate_person(editor, "thôi việc", by=admin)
    with pytest.raises(ValidationError, match="Tài khoản đã đóng"):
        grant(admin, editor, "reader", BAC_NINH)


@pytest.mark.parametrize(
    ("role", "unit", "allowed"),
    [
        ("programme_officer", TDC, True),
        ("register_keeper", TDC, True),
        ("reader", TDC, True),
        ("unit_administrator", TDC, False),
        ("unit_approver", TDC, False),
        ("unit_editor", TDC, False),
        ("unit_editor", LAM_DONG, True),
        ("programme_officer", BAC_NINH, False),
        ("auditor", LAM_DONG, False),
    ],
)
def test_central_roles_are_given_in_the_office_only(central, editor, role, unit, allowed):
    if allowed:
        assert grant(central, editor, role, unit).unit_id == unit
    else:
        with pytest.raises(PermissionDenied):
            grant(central, editor, role, unit)


@pytest.mark.parametrize(
    ("role", "unit", "said"),
    [
        ("programme_officer", BAC_NINH, "Vai trò này chỉ giữ ở cơ quan điều phối Đề án"),
        ("unit_approver", TDC, "Vai trò này không giữ ở cơ quan điều phối Đề án"),
    ],
)
def test_role_and_unit_that_do_not_go_together_are_a_mistake_at_the_field(central, editor, signed_in, role, unit, said):
    """Both were offered: what was typed stays, and nobody is told that they have no right."""
    facts = {"unit": unit, "role": role, "valid_from": shown(), "email": "nguoi-moi@example.vn"}
    for address in ("/users/invite/", f"/users/{editor.pk}/grant/"):
        response = signed_in(central).post(address, facts)
        assert response.status_code == 200
        assert said in response.context["form"].errors["role"][0]
    assert not Membership.objects.filter(role__name=role).exists()


def test_history_names_the_unit_of_a_role(central, editor, signed_in):
    grant(central, editor, "reader", LAM_DONG)
    page = signed_in(central).get(f"/users/{editor.pk}/").content.decode()
    assert "Người tra cứu, Lâm Đồng, " in page
    assert LAM_DONG not in page


def test_administrator_of_a_ministry_gives_nothing_in_the_office_below_it(editor, reference):
    ministry = OrganisationUnit.objects.get(pk=TDC).parent_id
    above = person("Quản trị bộ", "unit_administrator", ministry)
    sub = OrganisationUnitFactory(parent_id=ministry, kind="department")
    assert grant(above, editor, "reader", sub.pk)
    with pytest.raises(PermissionDenied):
        grant(above, editor, "reader", TDC)
    keeper = person("Cán bộ TĐC", "register_keeper", TDC)
    assert not Person.objects.editable_by(User.objects.get(pk=above.pk)).filter(pk=keeper.pk).exists()


def test_unit_administrator_of_the_office_is_no_programme_administrator(central, editor, reference):
    local = person("Quản trị nội bộ", "unit_administrator", TDC)
    with pytest.raises(PermissionDenied):
        grant(local, editor, "reader", TDC)
    with pytest.raises(PermissionDenied):
        people.deactivate_person(central, "thử", by=local)


def test_end_and_extend(admin, editor):
    """A last day that was given along is asked about two weeks before; what somebody ended is not."""
    row = grant(admin, editor, "reader", BAC_NINH, 0, 10)
    assert ("people.role", row.pk) in [key[:2] for key in waiting_keys(admin)]
    memberships.extend_membership(row, today(20), by=admin)
    with pytest.raises(ValidationError, match="phải sau"):
        memberships.extend_membership(row, today(15), by=admin)
    memberships.end_membership(row, today(5), by=admin, reason="chuyển việc")
    row.refresh_from_db()
    assert row.valid_to == today(5)
    assert not waiting_keys(admin)
    event = AuditEvent.objects.filter(action="membership.ended").latest("id")
    assert event.reason == "chuyển việc"
    assert event.before != event.after
    with pytest.raises(ValidationError):
        memberships.end_membership(row, today(-2), by=admin)


def test_role_not_yet_begun_is_taken_back_and_kept_in_the_audit(admin, editor, signed_in):
    row = grant(admin, editor, "reader", BAC_NINH, 10)
    response = signed_in(admin).post(f"/users/memberships/{row.pk}/end/", {"last_day": shown()})
    assert response["Location"] == f"/users/{editor.pk}/"
    assert not Membership.objects.filter(pk=row.pk).exists()
    event = AuditEvent.objects.get(action="membership.taken_back")
    assert event.data["role"] == "reader"
    assert shown(10) in str(event.before)


def test_yesterday_takes_the_role_away_at_once(admin, editor):
    row = editor.memberships.get()
    memberships.end_membership(row, today(-1), by=admin)
    assert not User.objects.get(pk=editor.pk).has_perm("enterprises.view_enterprise")


# --- who acts for an approver -----------------------------------------------------------------------------------------


def test_approver_names_a_deputy_and_ends_it(approver, editor, signed_in):
    client, own = signed_in(approver), approver.memberships.get()
    assert client.get("/users/deputies/").status_code == 200
    form = client.get(f"/users/memberships/{own.pk}/deputy/").context["form"]
    [_none, (standing, [(pk, label)])] = form.fields["deputy"].choices
    assert pk == editor.pk
    assert "Chuyên viên đơn vị" in label
    assert "Chưa bật xác thực hai bước" in standing  # on a line of its own: none is cut off
    wrong = client.post(f"/users/memberships/{own.pk}/deputy/", {"valid_from": shown(7), "valid_to": shown()})
    assert set(wrong.context["form"].errors) == {"deputy", "valid_to"}
    facts = {"deputy": editor.pk, "valid_from": shown(), "valid_to": shown(7)}
    said = client.post(f"/users/memberships/{own.pk}/deputy/", facts, follow=True).content.decode()
    assert f"từ ngày {shown()} đến hết ngày {shown(7)}" in said
    acting = editor.memberships.get(acting_for=own)
    assert (acting.role.name, acting.unit_id, acting.valid_to) == ("unit_approver", BAC_NINH, today(7))
    assert "Người được ủy quyền: Nguyễn Hồng Nhung" in said
    again = client.get(f"/users/memberships/{own.pk}/deputy/").content.decode()
    assert f'href="/users/deputies/{acting.pk}/end/"' in again
    [told] = seen(Notification.objects.filter(user=editor), editor)
    assert "Nguyễn Hồng Nhung" in signed_in(editor).get(told.url).content.decode()  # the page of deputies
    assert f"Nguyễn Hồng Nhung thay Trần Hữu Lộc, {shown()} – {shown(7)}" in told.fact
    assert "thay Trần Hữu Lộc" in str(AuditEvent.objects.get(action="membership.granted", unit=BAC_NINH).after)
    ended = client.post(f"/users/deputies/{acting.pk}/end/", {"last_day": shown(2)}, follow=True).content.decode()
    assert f"Ủy quyền cho Nguyễn Hồng Nhung có hiệu lực đến hết ngày {shown(2)}." in ended
    acting.refresh_from_db()
    assert acting.valid_to == today(2)


def test_where_nobody_can_stand_in_the_page_says_what_comes_first(approver, signed_in):
    response = signed_in(approver).get(f"/users/memberships/{approver.memberships.get().pk}/deputy/")
    page = response.content.decode()
    assert "Chưa có người để chọn" in page
    assert "mời người dùng hoặc cấp vai trò trước" in page


def test_a_deputyship_waits_for_the_second_factor_and_says_so(approver, editor, signed_in):
    """The deputy's own work goes on meanwhile; so far every address led to the set-up page without a word."""
    client, own = signed_in(approver), approver.memberships.get()
    address = f"/users/memberships/{own.pk}/deputy/"
    told = client.post(address, {"deputy": editor.pk, "valid_from": shown(), "valid_to": shown(13)}, follow=True)
    assert "chưa bật xác thực hai bước" in told.content.decode()
    assert editor.memberships.get(acting_for=own).valid_to == today(13)
    deputy, work = signed_in(editor), "/registers/enterprises/"
    page = deputy.get(work).content.decode()
    assert f"Bạn được ủy quyền phê duyệt đến {shown(13)}" in page
    assert not rights_of(User.objects.get(pk=editor.pk)).needs_second_factor
    assert not User.objects.get(pk=editor.pk).has_perm("people.deputise_membership")
    TOTP.activate(editor, "JBSWY3DPEHPK3PXP")
    assert User.objects.get(pk=editor.pk).has_perm("people.deputise_membership")
    assert needs_second_factor(editor)
    assert "Bạn được ủy quyền" not in signed_in(editor).get(work).content.decode()


def test_who_must_set_a_factor_up_is_told_for_which_role(approver):
    """Of the programme office every role asks for it, elsewhere some do."""
    reader = person("Người của Ủy ban", "reader", TDC)
    add_role(reader, "register_keeper", BAC_NINH)
    for user, roles in ((approver, "Lãnh đạo đơn vị"), (reader, "Người tra cứu")):
        client = Client()
        client.force_login(user, backend="apps.accounts.backends.SignInBackend")
        prove(client, user)
        page = client.get("/", follow=True).content.decode()
        assert f"Vai trò {roles} bắt buộc có xác thực hai bước" in page


def test_a_deputy_with_a_factor_acts_at_once(approver, editor, signed_in):
    TOTP.activate(editor, "JBSWY3DPEHPK3PXP")
    own = approver.memberships.get()
    facts = {"deputy": editor.pk, "valid_from": shown(), "valid_to": shown(3)}
    told = signed_in(approver).post(f"/users/memberships/{own.pk}/deputy/", facts, follow=True).content.decode()
    assert "chưa bật" not in told
    assert User.objects.get(pk=editor.pk).has_perm("people.deputise_membership")


@pytest.mark.parametrize(
    ("form", "last_day", "action"),
    [
        ({"when": "today"}, 0, "membership.ended"),
        ({"when": "today", "last_day": "31/02/2026"}, 0, "membership.ended"),
        ({"when": "other", "last_day": "@2"}, 2, "membership.ended"),
        ({"when": "now"}, None, "membership.ended_at_once"),
    ],
)
def test_a_deputyship_of_today_ends_as_chosen(approver, editor, signed_in, form, last_day, action):
    """One that has begun is never written down as not begun."""
    own = approver.memberships.get()
    acting = memberships.name_acting_approver(own, editor, today(), today(30), by=approver)
    form = form | ({"last_day": shown(2)} if form.get("last_day") == "@2" else {})
    response = signed_in(approver).post(f"/users/deputies/{acting.pk}/end/", form)
    assert response["Location"] == "/users/deputies/"
    assert AuditEvent.objects.filter(action__startswith="membership.").latest("id").action == action
    left = Membership.objects.filter(pk=acting.pk).values_list("valid_to", flat=True).first()
    assert left == (None if last_day is None else today(last_day))
    assert own.valid_to is None


def test_a_role_ended_on_its_first_day_stays_in_the_table(admin, editor, signed_in):
    row = add_role(editor, "reader", BAC_NINH, valid_from=today())
    client = signed_in(admin)
    client.post(f"/users/memberships/{row.pk}/end/", {"when": "now", "reason": "Cấp nhầm"})
    assert not Membership.objects.filter(pk=row.pk).exists()
    told = " ".join(re.sub(r"<[^>]+>", " ", client.get(f"/users/{editor.pk}/").content.decode()).split())
    assert f"{shown()} – {shown()} Đã kết thúc ngay trong ngày bắt đầu" in told
    assert f"từ {shown()}, không thời hạn → đã kết thúc ngay trong ngày bắt đầu" in told
    assert "→ –" not in told


def test_of_a_role_that_only_reads_nobody_is_the_last(admin, editor, signed_in):
    row = add_role(editor, "reader", BAC_NINH)
    assert "là người duy nhất" not in signed_in(admin).get(f"/users/memberships/{row.pk}/end/").content.decode()


def test_the_only_holder_is_named_and_the_last_day_shown(admin, editor, signed_in):
    """Also to whoever looks roles over: there is nothing to decide any more."""
    client, row = signed_in(admin), editor.memberships.get()
    assert "là người duy nhất giữ vai trò" in client.get(f"/users/memberships/{row.pk}/end/").content.decode()
    person("Lê Thị Khác", "unit_editor", BAC_NINH)
    assert "là người duy nhất" not in client.get(f"/users/memberships/{row.pk}/end/").content.decode()
    page = client.post(f"/users/memberships/{row.pk}/end/", {"when": "today"}, follow=True).content.decode()
    assert "Hết hiệu lực sau hôm nay" in page
    assert "Hết hiệu lực sau hôm nay" in client.get("/users/review/").content.decode()


@pytest.mark.parametrize(
    "form", [{}, {"when": "other"}, {"when": "other", "last_day": "31/02/2026"}, {"when": "khi nào"}]
)
def test_the_end_of_a_role_is_a_day(admin, editor, signed_in, form):
    row = editor.memberships.get()
    page = signed_in(admin).post(f"/users/memberships/{row.pk}/end/", form)
    assert page.context["form"].errors
    row.refresh_from_db()
    assert row.valid_to is None


def test_the_page_of_deputies_ends_deputyships_only(approver, editor, signed_in):
    own = approver.memberships.get()
    acting = memberships.name_acting_approver(own, editor, today(), today(30), by=approver)
    page = signed_in(approver).get("/users/deputies/").content.decode()
    assert f"/users/deputies/{acting.pk}/end/" in page
    assert "Kết thúc ủy quyền" in page
    assert f"/users/memberships/{own.pk}/end/" not in page
    assert "Kết thúc vai trò" not in page
    Membership.objects.filter(pk=acting.pk).update(valid_from=today(-9), valid_to=today(-1))
    page = signed_in(approver).get("/users/deputies/").content.decode()
    assert (str(editor) in page, f"/users/deputies/{acting.pk}/end/" in page) == (True, False)  # it is over


def test_deputy_must_be_of_the_unit_and_within_the_approvers_time(admin, approver, editor, neighbour):
    own = approver.memberships.get()
    with pytest.raises(ValidationError) as refusal:
        memberships.name_acting_approver(own, neighbour, today(), today(5), by=approver)
    assert "deputy" in refusal.value.error_dict
    Membership.objects.filter(pk=own.pk).update(valid_to=today(3))
    with pytest.raises(ValidationError, match="không dài hơn"):
        memberships.name_acting_approver(own, editor, today(), today(5), by=admin)
    acting = memberships.name_acting_approver(own, editor, today(), today(3), by=admin)
    with pytest.raises(ValidationError, match="của chính người giữ"):  # no deputy of a deputy
        memberships.name_acting_approver(acting, admin, today(), today(2), by=editor)


def test_deputy_of_a_sub_unit_may_act(approver, reference):
    part = OrganisationUnitFactory(parent_id=BAC_NINH, kind="department")
    helper = person("Người của Sở", "unit_editor", part.pk)
    own = approver.memberships.get()
    acting = memberships.name_acting_approver(own, helper, today(), today(3), by=approver)
    assert acting.unit_id == BAC_NINH


def test_deputies_stop_with_whom_they_act_for(admin, approver, editor):
    own = approver.memberships.get()
    acting = memberships.name_acting_approver(own, editor, today(), today(30), by=approver)
    memberships.end_membership(own, today(2), by=admin)
    acting.refresh_from_db()
    assert acting.valid_to == today(2)


# --- accounts closed and opened ---------------------------------------------------------------------------------------


def test_closing_ends_the_live_session_and_reopening_does_not_revive_it(admin, editor, signed_in):
    session = signed_in(editor)
    assert session.get("/units/").status_code == 200
    client = signed_in(admin)
    assert client.post(f"/users/{editor.pk}/close/", {"reason": "nghỉ hưu"}).status_code == 302
    assert session.get("/units/").status_code == 302
    editor.refresh_from_db()
    assert (editor.is_active, editor.closed_reason) == (False, "nghỉ hưu")
    assert client.post(f"/users/{editor.pk}/reopen/", {"reason": "trở lại"}).status_code == 302
    editor.refresh_from_db()
    assert editor.is_active
    assert editor.reopened_at is not None
    assert session.get("/units/").status_code == 302
    actions = AuditEvent.objects.filter(target_id=str(editor.pk), target_type="accounts.user")
    assert {"account.closed", "account.reopened"} <= set(actions.values_list("action", flat=True))


def test_an_administrator_ends_the_sessions_of_a_person(admin, editor, signed_in):
    sessions = [signed_in(editor), signed_in(editor)]
    assert all(session.get("/units/").status_code == 200 for session in sessions)
    client, path = signed_in(admin), f"/users/{editor.pk}/sessions/end/"
    assert path in client.get(f"/users/{editor.pk}/").content.decode()
    assert client.post(path).headers["Location"] == f"/users/{editor.pk}/"
    assert all(session.get("/units/").status_code == 302 for session in sessions)
    assert "Đã kết thúc 2 phiên" in client.get(f"/users/{editor.pk}/").content.decode()
    assert path not in client.get(f"/users/{editor.pk}/").content.decode(), "none is left"
    event = AuditEvent.objects.get(action="account.sessions_ended")
    assert (event.actor_id, event.target_id, event.unit) == (admin.pk, str(editor.pk), BAC_NINH)
    assert event.data == {"count": 2}
    assert User.objects.get(pk=editor.pk).is_active


def test_sessions_of_others_people_stay(admin, editor, neighbour, central, signed_in):
    sessions = {user.pk: signed_in(user) for user in (neighbour, central, editor)}
    assert all(session.get("/units/").status_code == 200 for session in sessions.values())
    add_role(central, "reader", BAC_NINH)  # in sight now, and still above
    client = signed_in(admin)
    assert client.post(f"/users/{neighbour.pk}/sessions/end/").status_code == 404
    assert client.post(f"/users/{central.pk}/sessions/end/").status_code == 403
    assert client.post(f"/users/{admin.pk}/sessions/end/").status_code == 403
    assert signed_in(editor).post(f"/users/{neighbour.pk}/sessions/end/").status_code == 403
    assert client.get(f"/users/{editor.pk}/sessions/end/").status_code == 405
    assert all(session.get("/units/").status_code == 200 for session in sessions.values())
    with pytest.raises(PermissionDenied):
        people.end_sessions_of(central, by=admin)


# --- lost second factor -----------------------------------------------------------------------------------------------


def with_factor(user: User) -> User:
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    return user


def test_lost_factor_goes_on_the_word_of_two(admin, approver, central, signed_in):
    session = signed_in(approver)
    assert session.get("/units/").status_code == 200
    client = signed_in(admin)
    assert client.post(f"/users/{approver.pk}/factor-reset/", {"reason": "mất điện thoại"}).status_code == 302
    page = signed_in(central).get(f"/users/{approver.pk}/")
    reset = page.context["reset"]
    assert reset.reason == "mất điện thoại"
    assert f"/users/factor-resets/{reset.pk}/approve/" in page.content.decode()
    assert f"/users/factor-resets/{reset.pk}/approve/" not in client.get(f"/users/{approver.pk}/").content.decode()
    assert signed_in(central).post(f"/users/factor-resets/{reset.pk}/approve/").status_code == 302
    assert not Authenticator.objects.filter(user=approver).exists()
    assert session.get("/units/").status_code == 302
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"factor_reset.requested", "factor_reset.approved"} <= actions


def test_factor_reset_refused_changes_nothing_and_is_decided_once(admin, approver, central):
    reset = request_factor_reset(with_factor(approver), "mất máy", by=admin)
    with pytest.raises(ValidationError):
        request_factor_reset(approver, "lần nữa", by=central)
    decide_factor_reset(reset, is_approved=False, by=central)
    assert Authenticator.objects.filter(user=approver).exists()
    with pytest.raises(ValidationError, match="đã được quyết định"):
        decide_factor_reset(reset, is_approved=True, by=central)


def test_factor_reset_without_a_factor_is_refused(admin, editor):
    with pytest.raises(ValidationError, match="chưa thiết lập"):
        request_factor_reset(editor, "mất máy", by=admin)


# --- the half-yearly review -------------------------------------------------------------------------------------------


def test_review_keeps_and_ends_the_ticked_roles(admin, editor, approver, neighbour, signed_in):
    client = signed_in(admin)
    waiting = client.get("/users/review/")
    assert {row.record.user_id for row in waiting.context["table"].rows} == {editor.pk, approver.pk}  # not one's own
    first, second = editor.memberships.get(), approver.memberships.get()
    client.post("/users/review/decide/", {"membership": [first.pk], "decision": "keep"})
    client.post("/users/review/decide/", {"membership": [second.pk], "decision": "end"})
    assert MembershipReview.objects.get(membership=first).is_kept
    second.refresh_from_db()
    assert second.valid_to == today()
    assert len(client.get("/users/review/").context["table"].rows) == 0
    with pytest.raises(ValidationError):
        review_memberships([first], is_kept=False, by=admin)


def test_a_role_is_ticked_by_its_plain_number(admin, editor, signed_in):
    held = editor.memberships.get()
    Membership.objects.filter(pk=held.pk).update(id=1_000_204)
    client = signed_in(admin)
    assert 'value="1000204"' in client.get("/users/review/").content.decode()
    client.post("/users/review/decide/", {"membership": ["1000204"], "decision": "keep"})
    assert MembershipReview.objects.get(membership_id=1_000_204).is_kept


def test_review_progress_counts_per_unit(admin, editor, approver, neighbour, central, signed_in):
    review_memberships([editor.memberships.get()], is_kept=True, by=admin)
    rows = {row.unit.id: row for row in signed_in(central).get("/users/review/progress/").context["rows"]}
    assert (rows[BAC_NINH].total, rows[BAC_NINH].reviewed) == (3, 1)
    assert (rows[LAM_DONG].total, rows[LAM_DONG].reviewed) == (1, 0)
    own = signed_in(admin).get("/users/review/progress/").context["rows"]
    assert {row.unit.id for row in own} == {BAC_NINH}


# --- roles ------------------------------------------------------------------------------------------------------------


def test_role_table_says_what_the_groups_say(admin, editor, signed_in):
    response = signed_in(admin).get("/users/roles/")
    acts = {str(act.label): dict(act.held) for _subject, acts in response.context["subjects"] for act in acts}
    assert acts["Cấp vai trò"]["Quản trị viên đơn vị"]
    assert not acts["Cấp vai trò"]["Lãnh đạo đơn vị"]
    told = sum(may for _subject, acts in response.context["subjects"] for act in acts for _role, may in act.held)
    assert told == Permission.objects.filter(group__isnull=False).count() > 50
    words = response.content.decode()
    assert not [label for label in acts if "_" in label], "a right that has no words"
    assert "Can " not in words
    assert signed_in(editor).get("/users/roles/").status_code == 403
