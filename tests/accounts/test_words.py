"""What is wrong at the door is said in our words: the place by its name on the page, and what to do."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
ENGLISH = ("Email:", "Password:", "Authenticator code", "Trường này là bắt buộc")


@pytest.mark.parametrize(
    "path, entries, told",
    [
        ("/accounts/login/", {}, ["Thư điện tử công vụ: Nhập thư điện tử công vụ.", "Mật khẩu: Nhập mật khẩu."]),
        ("/accounts/login/", {"login": "a", "password": "b"}, ["Thư điện tử công vụ: Thư điện tử chưa đúng dạng."]),
        ("/accounts/password/reset/", {}, ["Thư điện tử công vụ: Nhập thư điện tử công vụ."]),
    ],
)
def test_before_sign_in(client: Client, path, entries, told):
    _is_told(client, path, entries, told)


@pytest.mark.parametrize(
    "path, entries, told",
    [
        (
            "/accounts/password/change/",
            {},
            ["Mật khẩu hiện tại: Nhập mật khẩu hiện tại.", "Mật khẩu mới: Nhập mật khẩu mới."],
        ),
        ("/account/factors/app/", {}, ["Mã xác thực 6 chữ số: Nhập mã đang hiện trên điện thoại."]),
        ("/account/email/", {"email": "a"}, ["Thư điện tử công vụ mới: Thư điện tử chưa đúng dạng."]),
        ("/accounts/confirm/", {}, ["Mật khẩu: Nhập mật khẩu."]),
    ],
)
def test_after_sign_in(keeper, signed_in, path, entries, told):
    _is_told(signed_in(keeper), path, entries, told)


def _is_told(client: Client, path: str, entries: dict[str, str], told: list[str]) -> None:
    client.get(path)
    page = client.post(path, entries).content.decode()
    for words in told:
        assert words in page
    assert not [words for words in ENGLISH if words in page]
