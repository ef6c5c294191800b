from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators; nobody signs up alone. Words are ours."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("Thư điện tử hoặc mật khẩu chưa đúng. Sau 5 lần sai, tài khoản tạm khóa 15 phút"),
        "account_inactive": _("Tài khoản đã ngừng hoạt động. Liên hệ quản trị của đơn vị."),
        "incorrect_password": _("Mật khẩu chưa đúng."),
        "too_many_login_attempts": _("Sai quá nhiều lần. Thử lại sau 15 phút."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": _("Mã xác thực chưa đúng.")}
