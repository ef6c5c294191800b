"""A new password offers to end the tokens of the API; whoever came by mail has to say that they stay."""

import re

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEvent
from tests.conftest import BAC_NINH
from tests.people.people import person
from tests.people.test_tokens import UNITS, by, issued

pytestmark = pytest.mark.django_db
CHANGE, OLD, NEW = "/accounts/password/change/", "chim én về xuân", "quê ngoại xa lắc"


@pytest.fixture
def owner(reference):
    user = person("Trần Văn Lợi", "unit_editor", BAC_NINH)
    user.set_password(OLD)
    user.save()
    return user


def changed(client, **more):
    return client.post(CHANGE, {"oldpassword": OLD, "password1": NEW, "password2": NEW, **more})


def is_ticked(page: str) -> bool:
    return " checked" in re.search(r'<input[^>]+name="end_tokens"[^>]*>', page)[0]


@pytest.mark.parametrize(("told", "status"), [({}, 200), ({"end_tokens": "on"}, 401)])
def test_who_changes_it_says_whether_tokens_end(owner, signed_in, told, status):
    token, client = issued(owner, ["units:read"]), signed_in(owner)
    page = client.get(CHANGE).content.decode()
    assert "Thu hồi 1 mã truy cập API của tôi" in page
    assert not is_ticked(page)
    assert changed(client, **told).status_code == 302
    assert by(token.key).get(UNITS).status_code == status
    revoked = AuditEvent.objects.filter(action="token.revoked")
    assert [row.actor_id for row in revoked] == [owner.pk] * len(told)


def test_a_password_that_is_refused_ends_nothing(owner, signed_in):
    token, client = issued(owner, ["units:read"]), signed_in(owner)
    page = changed(client, password2="khác hẳn", end_tokens="on").content.decode()
    assert is_ticked(page)
    assert by(token.key).get(UNITS).status_code == 200


def test_who_has_no_token_is_not_asked(owner, signed_in):
    assert "mã truy cập API" not in signed_in(owner).get(CHANGE).content.decode()


@pytest.mark.parametrize(("told", "status"), [({}, 200), ({"end_tokens": "on"}, 401)])
def test_after_a_link_by_mail_they_end_unless_told(owner, told, status):
    token, client = issued(owner, ["units:read"]), Client()
    key = default_token_generator.make_token(owner)
    link = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(owner), "key": key})
    page = client.get(link, follow=True)
    assert is_ticked(page.content.decode())
    done = client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW, **told})
    assert done.status_code == 302
    owner.refresh_from_db()
    assert owner.check_password(NEW)
    assert by(token.key).get(UNITS).status_code == status
