"""What is known of a person is told to who asks for it, and taken away when they have left and want it gone."""

import json
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.services import record
from apps.people.models import Membership, SavedView
from apps.people.services.people import deactivate_person
from apps.people.services.personal import erase_person
from tests.conftest import BAC_NINH
from tests.people.people import person, today

pytestmark = pytest.mark.django_db
NAME = "Trần Thị Lan Anh"


@pytest.fixture
def lan(reference) -> User:
    one = person(NAME, "unit_editor", BAC_NINH)
    Authenticator.objects.create(user=one, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    SavedView.objects.create(owner=one, name="Của tôi", page="tasks:plantask_list", query="q=cân")
    record("account.created", by=None, target=one, unit=BAC_NINH)
    return one


@pytest.fixture
def left(lan, central) -> User:
    Membership.objects.filter(user=lan).update(valid_to=today(-1))
    deactivate_person(lan, "Nghỉ việc", by=central)
    return lan


def told(user: User) -> dict:
    out = StringIO()
    call_command("personal_data", user.email, stdout=out)
    return json.loads(out.getvalue())


def test_all_of_a_person_is_told_and_no_secret(lan):
    found = told(lan)
    assert (found["account"]["email"], found["account"]["full_name"]) == (lan.email, NAME)
    assert set(found["records"]) >= {"people.Membership", "people.SavedView", "mfa.Authenticator"}
    assert [event["action"] for event in found["audit"]] == ["account.created"]
    text = json.dumps(found)
    assert "JBSWY3DPEHPK3PXP" not in text
    assert "password" not in found["account"]


def test_what_others_have_is_not_told(lan, keeper):
    assert keeper.full_name not in json.dumps(told(lan), ensure_ascii=False)


def test_who_has_left_is_forgotten_and_what_they_did_stays(left, central):
    email = left.email
    call_command(
        "personal_data", email, "--erase", "--by", central.email, "--reason", "Đơn đề nghị số 5", stdout=StringIO()
    )
    left.refresh_from_db()
    assert left.full_name == f"Người dùng số {left.pk}"
    assert not User.objects.filter(email=email).exists()
    assert not SavedView.objects.filter(owner=left).exists()
    assert not Authenticator.objects.filter(user=left).exists()
    assert Membership.objects.filter(user=left).exists()
    last = AuditEvent.objects.get(action="account.erased")
    assert (last.actor_id, last.target_id, last.reason) == (central.pk, str(left.pk), "Đơn đề nghị số 5")
    assert NAME not in f"{last.target} {last.before} {last.after} {last.data}"
    assert AuditEvent.objects.filter(action="account.created", target_id=str(left.pk), target__contains=NAME).exists()


def test_a_reason_is_given(left, central):
    with pytest.raises(ValidationError) as refused:
        erase_person(left, " ", by=central)
    assert refused.value.code == "required"


def test_an_open_account_is_closed_first(lan, central):
    with pytest.raises(ValidationError) as refused:
        erase_person(lan, "Đơn đề nghị", by=central)
    assert refused.value.code == "still_open"
    lan.refresh_from_db()
    assert lan.full_name == NAME


def test_a_wrong_name_is_put_right(lan, central):
    told = ("personal_data", lan.email, "--name", "Trần Thị Lan", "--by", central.email)
    with pytest.raises(CommandError) as refused:
        call_command(*told)
    assert refused.value.returncode == 1  # without a reason
    call_command(*told, "--reason", "Sai so với căn cước", stdout=StringIO())
    lan.refresh_from_db()
    assert lan.full_name == "Trần Thị Lan"
    kept = AuditEvent.objects.get(action="account.renamed")
    assert (kept.before, kept.after) == ({"full_name": NAME}, {"full_name": "Trần Thị Lan"})


def test_nobody_known_exits_2(central):
    with pytest.raises(CommandError) as refused:
        call_command("personal_data", "khong-co@example.vn")
    assert refused.value.returncode == 2
