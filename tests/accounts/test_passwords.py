"""The password policy: long, any characters, nothing that a colleague guesses; the words say what to do."""

import io

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from axes.models import AccessAttempt
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from tests.conftest import BAC_GIANG, BAC_NINH

pytestmark = pytest.mark.django_db
CHANGE = "/accounts/password/change/"
TWELVE, FIFTEEN = "chim én hót.", "chim én về xuân"


@pytest.fixture
def yen(member) -> User:
    """Nguyễn Hải Yến, who keeps the register of Bắc Ninh and needs no second factor."""
    user = member("yen", "register_keeper", BAC_NINH)
    user.full_name, user.email = "Nguyễn Hải Yến", "yen.nguyenhai@sokhcn-bacninh.gov.vn"
    user.save()
    return user


def refusals(password: str, user: User | None) -> set[str]:
    try:
        validate_password(password, user)
    except ValidationError as refused:
        return {error.code for error in refused.error_list}
    return set()


def test_fifteen_characters_alone(yen):
    assert (len(TWELVE), len(FIFTEEN)) == (12, 15)
    assert refusals(FIFTEEN, yen) == set()
    assert refusals(FIFTEEN[1:], yen) == {"password_too_short"}


def test_twelve_with_a_second_factor(yen):
    TOTP.activate(yen, generate_totp_secret())
    assert refusals(TWELVE, yen) == set()
    assert refusals(TWELVE[1:], yen) == {"password_too_short"}


def test_twelve_where_the_role_demands_a_second_factor(member):
    approver = member("approver", "unit_approver", BAC_NINH)
    assert refusals(TWELVE, approver) == set()
    assert refusals(TWELVE[1:], approver) == {"password_too_short"}


def test_fifteen_for_whoever_is_not_yet_saved():
    invited = User(email="moi@example.vn", full_name="Đặng Thu Trang")
    assert refusals(TWELVE, invited) == {"password_too_short"}
    assert refusals(FIFTEEN, invited) == set()


@pytest.mark.parametrize(
    "password",
    [
        "a b c d e f g h ",  # blanks at the end count
        "éèêëēėę ưươờởỡợ",
        "🌾🌾🌾lúa chín vàng 🌾",
        "'; DROP TABLE x --",
        "x7" + "đường " * 21,
        "hai mươi ba con cá",
    ],
)
def test_any_characters_up_to_128(yen, password):
    assert len(password) <= 128
    assert refusals(password, yen) == set()
    yen.set_password(password)
    assert yen.check_password(password)
    assert not yen.check_password(password[:-1]), "nothing is cut off"


def test_no_more_than_128(yen):
    assert refusals("x7" + "đường " * 21 + "y", yen) == {"password_too_long"}


@pytest.mark.parametrize(
    "password",
    ["1q2w3e4r5t6y7u8i9o0p", "abcabcabcabcabcabc", "1111111111111111", "passwordpassword", "Password123Password123"],
)
def test_not_what_many_use(yen, password):
    assert "password_too_common" in refusals(password, yen)


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("mùa xuân về 996 lần", "996"),
        ("tôi làm ở TĐC lâu năm", "TDC"),
        ("tdcdoluongquocgia", "TDC"),
        ("nguyen va nhung ngay dai", "Nguyễn"),
        ("NGUYỄN-HẢI-YẾN xin chào", "Nguyễn Hải Yến"),
        ("chào HaiYen buổi sáng", "Hải Yến"),
        ("cái sokhcn-bacninh này", "sokhcn-bacninh"),
        ("SoKHCN BacNinh 2031 đây", "Bắc Ninh"),
        ("bắc-ninh quê hương tôi", "Bắc Ninh"),
        ("về lại bac giang ngày xưa", "Bắc Giang"),
    ],
)
def test_not_what_a_colleague_guesses(yen, password, word):
    from apps.organisations.models import OrganisationUnit
    from apps.people.models import Membership

    if "giang" in password:  # who came from the unit that was merged
        Membership.objects.update(unit=OrganisationUnit.objects.get(pk=BAC_GIANG))
    with pytest.raises(ValidationError) as refused:
        validate_password(password, yen)
    assert f"“{word}”" in " ".join(refused.value.messages)


@pytest.mark.parametrize(
    "password", ["kể chuyện cổ tích, yến nhỏ", "một ngàn lẻ một đêm dài", "lâm đồng có thông xanh"]
)
def test_what_is_like_a_name_but_is_none(yen, password):
    assert refusals(password, yen) == set()


def test_an_abbreviation_of_the_ministry_is_refused(member):
    person = member("editor", "unit_editor", "BCT")
    assert refusals("vào làm ở BCT năm ngoái", person) == {"password_has_own_word"}
    assert refusals("bộ công thương xin chào", person) == {"password_has_own_word"}


@pytest.mark.parametrize("password", ["ngắn quá", "1111111111111111", "x" * 200, "quê tôi ở bắc ninh nhé"])
def test_the_words_say_what_to_do_in_vietnamese(yen, password):
    client = Client()
    client.force_login(yen, backend="apps.people.backends.MembershipBackend")
    with pytest.raises(ValidationError) as refused:
        validate_password(password, yen)
    words = " ".join(refused.value.messages)
    assert any(verb in words for verb in ("Thêm", "Bỏ", "Chọn"))
    assert "This password" not in words


def test_the_form_shows_the_rule_and_refuses(yen, signed_in):
    old = "mat-khau-rat-dai-996"
    client = signed_in(yen)
    confirm = client.post("/accounts/login/", {"login": yen.email, "password": old})
    assert confirm.status_code in (200, 302)
    page = client.get("/accounts/password/change/", follow=True)
    if "confirm" in page.request["PATH_INFO"]:
        page = client.post(
            page.request["PATH_INFO"] + "?next=/accounts/password/change/", {"password": old}, follow=True
        )
    assert "Ít nhất 12 ký tự nếu đăng nhập có mã xác thực" in page.content.decode()

    def change(new: str):
        return client.post("/accounts/password/change/", {"oldpassword": old, "password1": new, "password2": new})

    answer = change("quê tôi ở bắc ninh nhé")
    assert answer.status_code == 200
    assert "“Bắc Ninh” nên dễ đoán" in answer.content.decode()
    assert change(FIFTEEN).status_code == 302
    yen.refresh_from_db()
    assert yen.check_password(FIFTEEN)


def test_the_old_password_is_asked_for(yen, signed_in):
    client = signed_in(yen)
    client.post("/accounts/password/change/", {"oldpassword": "sai", "password1": FIFTEEN, "password2": FIFTEEN})
    yen.refresh_from_db()
    assert yen.check_password("mat-khau-rat-dai-996")


def test_the_old_password_is_not_guessed_without_being_counted(yen, signed_in):
    """Five tries, like at the door; then not even the right one is looked at."""
    old = "mat-khau-rat-dai-996"
    client = signed_in(yen)

    def change(guess: str) -> int:
        form = {"oldpassword": guess, "password1": FIFTEEN, "password2": FIFTEEN}
        return client.post("/accounts/password/change/", form).status_code

    assert [change(f"đoán lần {nth}") for nth in range(5)] == [200, 200, 200, 200, 429]
    assert change(old) != 302
    yen.refresh_from_db()
    assert yen.check_password(old)
    assert AuditEvent.objects.filter(action__startswith="session.", data__step="password", actor_id=yen.pk).count() == 5
    AccessAttempt.objects.all().delete()  # a quarter of an hour later
    assert change(old) == 302
    yen.refresh_from_db()
    assert yen.check_password(FIFTEEN)


def knock(user: User, password: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": password})
    return client


def test_twelve_characters_that_lost_their_factor_lead_to_a_longer_password(yen):
    """However it went: taken off by its owner, by two administrators, or never set up before the role ended."""
    yen.set_password(TWELVE)
    yen.save()
    client = knock(yen, TWELVE)
    for path in ("/", "/units/", "/account/"):
        assert client.get(path).headers["Location"] == CHANGE
    assert client.get("/api/v1/indicators/").status_code == 403
    page = client.get(CHANGE).content.decode()
    assert "mật khẩu cần ít nhất 15 ký tự" in page
    client.post(CHANGE, {"oldpassword": TWELVE, "password1": FIFTEEN, "password2": FIFTEEN})
    assert client.get("/units/").status_code == 200
    assert knock(yen, FIFTEEN).get("/units/").status_code == 200


def test_a_factor_makes_twelve_characters_enough(yen):
    yen.set_password(TWELVE)
    yen.save()
    client = knock(yen, TWELVE)
    assert client.get("/account/factors/app/").status_code == 200
    TOTP.activate(yen, generate_totp_secret())
    assert client.get("/units/").status_code == 200
    assert knock(yen, TWELVE).get("/accounts/verify/").status_code == 200


def test_whoever_must_set_a_factor_up_is_led_there_not_to_the_password(member):
    approver = member("Loc", "unit_approver", BAC_NINH)
    approver.set_password(TWELVE)
    approver.save()
    assert knock(approver, TWELVE).get("/units/").headers["Location"] == "/account/factors/app/"


def test_createsuperuser_still_works(reference, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", FIFTEEN)
    call_command(
        "createsuperuser", email="root@example.vn", full_name="Quản trị", interactive=False, stdout=io.StringIO()
    )
    assert User.objects.get(email="root@example.vn").check_password(FIFTEEN)


def test_createsuperuser_by_hand_follows_the_rule(reference, monkeypatch):
    """The terminal asks again until a password passes."""
    typed = iter(["ngắn quá", "ngắn quá", "n", FIFTEEN, FIFTEEN])
    place = "django.contrib.auth.management.commands.createsuperuser"
    monkeypatch.setattr(f"{place}.getpass.getpass", lambda *args: next(typed))
    monkeypatch.setattr("builtins.input", lambda *args: next(typed))

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    call_command(
        "createsuperuser",
        email="root@example.vn",
        full_name="Quản trị",
        stdin=Terminal(),
        stdout=io.StringIO(),
        stderr=io.StringIO(),
    )
    assert User.objects.get(email="root@example.vn").check_password(FIFTEEN)
