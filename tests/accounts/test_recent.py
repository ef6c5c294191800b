"""A form sent with too old a proof: what waits for the new one, for whom and how long, and what never waits."""

import time

import pytest
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver

from apps.accounts import recent
from apps.accounts.models import User
from apps.accounts.views.recent import RecentSignInMixin
from apps.audit.models import AuditEvent
from apps.people.models import Invitation, Membership
from tests.accounts.clients import let_proof_grow_old
from tests.conftest import BAC_NINH

pytestmark = pytest.mark.django_db
PASSWORD = "mat-khau-rat-dai-996"
CONFIRM, INVITE = "/accounts/confirm/", "/users/invite/"
PERSON = {"email": "moi@example.vn", "full_name": "Người Mới"}
FORM = PERSON | {"unit": BAC_NINH, "role": "reader", "valid_from": "1/1/2030"}


@pytest.fixture
def admin(member) -> User:
    return member("Admin Bac Ninh", "unit_administrator", BAC_NINH)


@pytest.fixture
def late(admin, signed_in) -> Client:
    """Whose proof is eleven minutes old."""
    client = signed_in(admin)
    client.get("/units/")
    let_proof_grow_old(client)
    return client


def confirm(client: Client, to: str = INVITE, password: str = PASSWORD):
    return client.post(CONFIRM, {"password": password, "next": to})


def waits(client: Client) -> bool:
    return STATE_SESSION_KEY in client.session


def test_the_form_goes_on_once_after_the_proof(late):
    asked = late.post(f"{INVITE}?from=list", FORM, headers={"Referer": f"http://testserver{INVITE}?from=list"})
    assert asked.headers["Location"] == f"{CONFIRM}?next={INVITE}%3Ffrom%3Dlist"
    assert "chưa được" not in late.get(asked.headers["Location"]).content.decode()
    assert not Invitation.objects.exists()
    assert confirm(late, f"{INVITE}?from=list", "sai").status_code == 200, "a wrong password"
    assert not Invitation.objects.exists()
    assert confirm(late, f"{INVITE}?from=list").status_code == 302
    assert Invitation.objects.get().email == FORM["email"]
    assert not waits(late)
    confirm(late, f"{INVITE}?from=list")
    assert Invitation.objects.count() == 1


def test_only_the_form_lies_in_the_session(late):
    late.post(INVITE, FORM | {"csrfmiddlewaretoken": "x" * 64}, headers={"Cookie-Like": "nobody needs this"})
    kept = late.session[STATE_SESSION_KEY]["state"]
    assert sorted(kept) == ["at", "form", "page", "path", "person", "query"]
    assert "csrfmiddlewaretoken" not in kept["form"]
    assert late.session.session_key not in str(kept)


def test_a_refusal_after_the_proof_is_written_down_for_the_form(late, admin):
    late.post(INVITE, FORM | {"role": "programme_administrator"})
    assert confirm(late).status_code == 403
    event = AuditEvent.objects.get(action="access.refused")
    assert (event.data["path"], event.data["route"]) == (INVITE, "people:invitation_add")
    assert not Invitation.objects.exists()


def test_whoever_went_back_to_the_page_has_changed_their_mind(late):
    """The form was left; a proof given for looking at the page again does not send it."""
    late.post(INVITE, FORM)
    assert waits(late)
    late.get(INVITE)
    assert not waits(late)
    assert confirm(late).headers["Location"] == INVITE
    assert not Invitation.objects.exists()


def test_a_proof_for_another_page_sends_nothing(late):
    late.post(INVITE, FORM)
    assert confirm(late, "/units/").headers["Location"] == "/units/"
    assert not Invitation.objects.exists()
    assert not waits(late)


def test_a_form_waits_ten_minutes(late, monkeypatch):
    late.post(INVITE, FORM)
    now = time.time()
    monkeypatch.setattr(recent.time, "time", lambda: now + 601)
    answer = confirm(late)
    assert answer.headers["Location"] == INVITE
    assert "chưa được lưu" in late.get(INVITE).content.decode()
    assert not Invitation.objects.exists()


def test_nobody_else_sends_it(late, admin, member, client):
    """Not in the same browser after another sign-in, and not if the row of the session were carried over."""
    late.post(INVITE, FORM)
    kept = late.session[STATE_SESSION_KEY]
    other = member("Admin Hai", "unit_administrator", BAC_NINH)
    late.post("/accounts/logout/")
    assert not waits(late)
    late.force_login(other, backend="apps.people.backends.MembershipBackend")
    session = late.session
    session["second_factor"], session[STATE_SESSION_KEY] = True, kept
    session.save()
    assert confirm(late).headers["Location"] == INVITE
    assert not Invitation.objects.exists()
    assert not waits(late)


def test_whoever_must_set_a_factor_up_first_sends_nothing(keeper, signed_in):
    client = signed_in(keeper)
    let_proof_grow_old(client)
    assert client.post("/account/email/", {"email": "moi@example.vn"}).status_code == 302
    role = Group.objects.get(name="unit_approver")
    Membership.objects.create(user=keeper, unit_id=BAC_NINH, role=role, valid_from="2026-01-01")
    confirm(client, "/account/email/")
    assert not keeper.emailaddress_set.exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"file": SimpleUploadedFile("giay-moi.pdf", b"%PDF-1.7")}, "chọn lại tệp"),
        ({"new_password": "một mật khẩu"}, "làm lại từ đầu"),
        ({"Code": "123456"}, "làm lại từ đầu"),
        ({"full_name": "x" * 64_001}, "làm lại từ đầu"),
    ],
)
def test_what_cannot_wait_is_said_and_not_kept(late, more, words):
    asked = late.post(INVITE, FORM | more, headers={"Referer": f"http://testserver{INVITE}"})
    assert asked.headers["Location"] == f"{CONFIRM}?next={INVITE}"
    assert not waits(late)
    assert words in late.get(asked.headers["Location"]).content.decode()
    assert confirm(late).headers["Location"] == INVITE
    assert not Invitation.objects.exists()
    assert late.get(INVITE).status_code == 200


def test_a_form_with_a_file_is_opened_by_a_fresh_proof_only(late):
    """The page asks before it is shown, so a file is lost only by who takes more than ten minutes over the form."""
    assert late.get(INVITE).headers["Location"] == f"{CONFIRM}?next={INVITE}"


def test_a_fragment_that_was_posted_is_said_to_be_done_again(late):
    asked = late.post(INVITE, FORM, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/users/"})
    assert asked.headers["HX-Redirect"] == f"{CONFIRM}?next=/users/"
    assert not waits(late)
    assert "làm lại từ đầu" in late.get(CONFIRM).content.decode()


def test_who_has_no_password_here_is_told_before_the_provider_asks(admin, late):
    admin.set_unusable_password()
    admin.save()
    late.force_login(admin, backend="apps.people.backends.MembershipBackend")
    admin.authenticator_set.all().delete()
    session = late.session
    session["second_factor"] = True
    session.save()
    asked = late.post(INVITE, FORM, headers={"Referer": f"http://testserver{INVITE}"})
    assert asked.headers["Location"] == f"/accounts/login/?next={INVITE}"
    assert "làm lại từ đầu" in late.get(asked.headers["Location"]).content.decode()


def test_every_view_behind_a_proof_asks_in_its_dispatch():
    """First in the bases: what another base does first would be done without the proof."""
    found = 0
    for view in _views(get_resolver().url_patterns):
        if RecentSignInMixin in getattr(view, "__mro__", ()):
            asking = next(one for one in view.__mro__ if "dispatch" in vars(one))
            assert asking is RecentSignInMixin or asking.__name__ == "KeyAddView", view
            found += 1
    assert found > 10


def _views(patterns):
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from _views(one.url_patterns)
        else:
            yield getattr(one.callback, "view_class", None)
