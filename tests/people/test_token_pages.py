"""Who issues tokens for whom, on which pages, and that one page alone shows them."""

import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.jobs.models import IdempotencyKey
from apps.notifications.waiting import sources
from apps.organisations.models import OrganisationUnit
from apps.people.models import ApiToken
from apps.people.scopes import resources
from apps.people.services.tokens import MOST, Wanted, issue_token, revoke_token
from tests.accounts.clients import let_proof_grow_old
from tests.conftest import BAC_NINH, LAM_DONG, TDC
from tests.people.people import add_role, person, today
from tests.people.test_tokens import by, code_of

OWN, ADD = reverse("people:owntoken_list"), reverse("people:owntoken_add")
ALL, ADD_FOR = reverse("people:apitoken_list"), reverse("people:apitoken_add")
KEY = re.compile(r"p996_[A-Za-z0-9_-]{43}")


def with_factor(user):
    Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "JBSWY3DPEHPK3PXP"}}
    )
    return user


def filled(**more):
    return {
        "key": "a", "label": "Máy của tôi", "unit": "", "scopes": ["tasks:read"], "networks": "",
        "expires_on": f"{today(90):%d/%m/%Y}", **more,
    }  # fmt: skip


def wanted(unit: str | None = BAC_NINH, **more) -> Wanted:
    found = OrganisationUnit.objects.get(pk=unit) if unit else None
    return Wanted(**{"label": "Kết nối", "scopes": ["tasks:read"], "expires_on": today(30), "unit": found, **more})


@pytest.fixture
def editor(reference):
    return with_factor(person("Trần Văn Lợi", "unit_editor", BAC_NINH))


@pytest.fixture
def admin(reference):
    return with_factor(person("Ngô Đức Thắng", "unit_administrator", BAC_NINH))


@pytest.fixture
def program(reference):
    return person("Kết nối Bắc Ninh", "service_account", BAC_NINH)


def test_the_form_answers_with_the_token_once(editor, signed_in):
    client = signed_in(editor)
    form = client.get(ADD).content.decode()
    told = [form.index(f'value="{scope}"') for scope in ("tasks:read", "tasks:write", "registers:read")]
    assert told == sorted(told)  # what opens least comes first
    assert form.count('data-check-all=":read"') == form.count("data-checkable") > 5
    page = client.post(ADD, filled(networks="203.0.113.0/24\r\n127.0.0.1", unit=BAC_NINH))
    [key] = set(KEY.findall(page.content.decode()))
    assert "no-store" in page["Cache-Control"]
    assert by(key).get("/api/v1/tasks/").status_code == 200
    again = client.post(ADD, filled(networks="203.0.113.0/24\r\n127.0.0.1", unit=BAC_NINH))  # the page loaded anew
    assert (again.status_code, again.url) == (302, OWN)
    token = ApiToken.objects.get()
    assert (token.owner, token.issued_by, token.unit_id) == (editor, editor, BAC_NINH)
    assert token.networks == ["203.0.113.0/24", "127.0.0.1/32"]
    listed = client.get(OWN).content.decode()
    assert "Máy của tôi" in listed
    assert not KEY.search(listed)
    row = AuditEvent.objects.get(action="token.issued")
    assert (row.after["scopes"], row.unit) == (["Nhiệm vụ: đọc (tasks:read)"], BAC_NINH)
    assert key not in str(row.after) + str(list(IdempotencyKey.objects.values()))


def test_a_link_chooses_the_scope_and_what_nobody_of_the_role_writes_is_not_offered(editor, signed_in):
    """What is folded away is what nothing was chosen of."""
    page = signed_in(editor).get(ADD, {"scope": ["indicators:read", "tasks:delete", "webhooks:write", "<b>"]})
    form = page.content.decode()
    assert page.context["form"].initial["scopes"] == ["indicators:read"]
    assert 'value="indicators:read" checked' in form
    assert form.count("data-checkable open") == 1
    reader = signed_in(with_factor(person("Lê Thị Đọc", "reader", BAC_NINH))).get(ADD).content.decode()
    for scope in ("tasks:write", "funding:write", "reports:write"):
        assert f'value="{scope}"' in form
        assert f'value="{scope}"' not in reader
    assert 'value="webhooks:write"' not in form + reader
    assert 'value="tasks:read"' in reader


def test_a_proof_of_a_moment_ago_and_a_second_factor_are_asked_for(editor, signed_in):
    client = signed_in(editor)
    let_proof_grow_old(client)
    assert client.post(ADD, filled()).url.startswith("/accounts/confirm/")
    plain = signed_in(person("Lê Thị Mới", "reader", BAC_NINH))
    assert "xác thực hai bước" in plain.get(ADD).content.decode()
    assert "xác thực hai bước" in plain.post(ADD, filled()).content.decode()
    assert not ApiToken.objects.exists()


def test_who_works_nowhere_and_who_is_a_program_gives_themselves_none(program, stranger, signed_in, admin):
    for user in (program, stranger):
        client = signed_in(with_factor(user))
        assert client.get(ADD).status_code == client.post(ADD, filled()).status_code == 403
        assert client.get(OWN).status_code == 200
    token = issue_token(program, wanted(), by=admin).token
    client = signed_in(program)
    assert client.post(reverse("people:owntoken_revoke", args=[token.pk]), {"reason": "Thôi"}).status_code == 302
    token.refresh_from_db()
    assert (token.state, token.revoked_by_id) == ("revoked", program.pk)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("expires_on", 366, "365"),
        ("expires_on", -1, "365"),
        ("networks", "10.0.0.1/8", "không phải địa chỉ mạng"),
        ("networks", "::ffff:10.0.0.0/104", "IPv4"),
        ("networks", "\n".join(f"10.0.{n}.0/24" for n in range(21)), "20 mạng"),
        ("scopes", [], "Chọn phạm vi"),
        ("scopes", ["tasks:delete"], ""),
        ("scopes", ["*:write"], ""),
        ("label", " \u200b", "Nhập tên mã"),
        ("unit", "NO\x00", ""),
    ],
)
def test_what_does_not_fit_stands_at_its_field(editor, signed_in, field, value, told):
    given = f"{today(value):%d/%m/%Y}" if field == "expires_on" else value
    page = signed_in(editor).post(ADD, filled(**{field: given}))
    assert page.status_code == 200
    assert page.context["form"].errors[field]
    assert told in page.content.decode()
    assert not ApiToken.objects.exists()


def test_a_unit_where_one_does_not_work_and_one_token_too_many(editor, signed_in):
    client = signed_in(editor)
    assert client.post(ADD, filled(unit=LAM_DONG)).context["form"].errors["unit"]
    for _ in range(MOST):
        issue_token(editor, wanted(), by=editor)
    with pytest.raises(ValidationError) as refusal:
        issue_token(editor, wanted(), by=editor)
    assert refusal.value.error_dict["__all__"][0].code == "too_many"


def test_an_administrator_of_a_unit_opens_that_unit_and_no_other(program, admin, central, signed_in):
    """Though the program works elsewhere too, and for the whole country."""
    add_role(program, "service_account", LAM_DONG)
    add_role(program, "service_account", TDC)
    page = signed_in(admin).post(ADD_FOR, filled(owner=program.pk, unit=BAC_NINH))
    assert KEY.search(page.content.decode())
    for unit in (LAM_DONG, TDC):
        with pytest.raises(PermissionDenied):
            issue_token(program, wanted(unit), by=admin)
        assert issue_token(program, wanted(unit), by=with_factor(central))
    with pytest.raises(ValidationError):
        issue_token(program, wanted(None), by=admin)
    colleague, neighbour = person("A", "reader", BAC_NINH), person("B", "service_account", LAM_DONG)
    for other in (colleague, neighbour, central):
        with pytest.raises(PermissionDenied):
            issue_token(other, wanted(), by=admin)
        assert not KEY.search(signed_in(admin).post(ADD_FOR, filled(owner=other.pk)).content.decode())
    with pytest.raises(PermissionDenied):
        issue_token(person("C", "service_account", TDC), wanted(TDC), by=admin)
    with pytest.raises(PermissionDenied):
        issue_token(program, wanted(), by=person("D", "unit_editor", BAC_NINH))


def test_what_an_administrator_issues_is_the_programs_whatever_else_the_account_may(program, admin, editor):
    """Nobody acts as a colleague by a token of their making."""
    both = person("Vừa là người", "service_account", BAC_NINH)
    add_role(both, "unit_editor", BAC_NINH)
    add_role(both, "unit_approver", BAC_NINH)
    scopes = ["tasks:write", "reports:read", "registers:read"]
    given = by(issue_token(both, wanted(scopes=scopes), by=admin).key)
    assert given.get("/api/v1/reports/").status_code == 200
    assert code_of(given.post("/api/v1/tasks/", {}, "application/json")) == (403, "permission_denied")
    own = by(issue_token(with_factor(both), wanted(scopes=scopes), by=both).key)
    assert code_of(own.post("/api/v1/tasks/", {}, "application/json")) == (400, "invalid")
    both.memberships.filter(role__name="service_account").update(valid_to=today(-1))
    assert code_of(given.get("/api/v1/reports/")) == (401, "owner_without_role")


def test_the_list_of_a_unit_and_its_filters(program, editor, admin, central, signed_in):
    issue_token(editor, wanted(None, label="Của một người"), by=editor)
    soon = issue_token(program, wanted(label="Sắp hết", expires_on=today(10)), by=admin).token
    gone = issue_token(program, wanted(label="Đã thôi"), by=admin).token
    revoke_token(gone, "Lộ mã", by=admin)
    far = issue_token(person("X", "service_account", LAM_DONG), wanted(LAM_DONG, label="Nơi khác"), by=None).token
    client = signed_in(admin)

    def labels(query: str = "") -> set[str]:
        return {row.record.label for row in client.get(f"{ALL}?{query}").context["table"].rows}

    assert labels() == {"Của một người", "Sắp hết", "Đã thôi"}
    assert labels("state=soon") == {"Sắp hết"}
    assert labels("state=revoked") == {"Đã thôi"}
    ApiToken.objects.filter(pk=soon.pk).update(expires_on=today())  # its last day is one of its days
    assert (labels("state=active"), labels("state=expired")) == ({"Của một người", "Sắp hết"}, set())
    assert labels("q=sap het") == labels(f"q={program.email}") - {"Đã thôi"} == {"Sắp hết"}
    assert labels(f"unit={BAC_NINH}") == {"Sắp hết", "Đã thôi"}
    assert client.get(reverse("people:apitoken_revoke", args=[far.pk])).status_code == 404
    unsaid = client.post(reverse("people:apitoken_revoke", args=[soon.pk]), {"reason": ""})
    assert (unsaid.status_code, "Bật xác thực hai bước" in unsaid.text) == (200, False), "who revokes needs no factor"
    answer = client.post(reverse("people:apitoken_revoke", args=[soon.pk]), {"reason": "Đổi hệ thống"})
    assert answer.status_code == 302
    assert AuditEvent.objects.filter(action="token.revoked", target_id=str(soon.pk), reason="Đổi hệ thống").exists()
    with pytest.raises(PermissionDenied):
        revoke_token(far, "x", by=editor)


def test_who_ended_a_role_looks_after_its_tokens_no_more(editor, admin):
    issue_token(editor, wanted(None), by=editor)
    assert ApiToken.objects.editable_by(admin).count() == 1
    editor.memberships.update(valid_to=today(-1))
    assert ApiToken.objects.editable_by(admin).count() == 0
    assert ApiToken.objects.visible_to(admin).count() == 1


def test_two_weeks_before_its_end_a_token_waits_in_the_inbox(program, editor, admin, signed_in):
    [source] = [one for one in sources() if one.code == "people.token"]
    issue_token(program, wanted(label="Hệ thống", expires_on=today(14)), by=admin)
    issue_token(program, wanted(label="Còn lâu", expires_on=today(15)), by=admin)
    issue_token(editor, wanted(label="Riêng", expires_on=today(3)), by=editor)

    def waits(user) -> set[str]:
        return {token.label for token in source.waiting(user)}

    assert (waits(admin), waits(editor), waits(program)) == ({"Hệ thống"}, {"Riêng"}, {"Hệ thống"})
    page = signed_in(admin).get(reverse("dashboard:inbox")).content.decode()
    assert "Mã truy cập sắp hết hạn: Hệ thống" in page


def test_an_operator_issues_one_from_the_machine(program):
    out = StringIO()
    told = {"label": "Trình diễn", "scopes": ["tasks:read,units:read"], "days": 30}
    call_command("issue_token", program.email.upper(), stdout=out, **told)
    key = out.getvalue().strip()
    assert KEY.fullmatch(key)
    assert by(key).get("/api/v1/units/").status_code == 200
    assert AuditEvent.objects.get(action="token.issued").actor_id is None
    for wrong in ({"days": 400}, {"days": 10**12}, {"scopes": ["all"]}, {"unit": "X"}, {"networks": ["a"]}):
        with pytest.raises(CommandError):
            call_command("issue_token", program.email, **(told | wrong))
    with pytest.raises(CommandError):
        call_command("issue_token", "khong-co@example.vn", **told)


def test_who_must_show_a_second_factor_and_lost_it_is_refused(admin):
    key = issue_token(admin, wanted(), by=admin).key
    assert by(key).get("/api/v1/tasks/").status_code == 200
    Authenticator.objects.all().delete()
    assert code_of(by(key).get("/api/v1/tasks/")) == (403, "second_factor_required")


def test_resources_are_called_in_vietnamese():
    """The framework would make a plural by an English letter."""
    words = {one.path: one.words for one in resources().values()}
    assert words["periods"] == "Kỳ số liệu"
    assert [word for word in words.values() if word.endswith("s")] == []
