from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from apps.accounts import secrets, trail
from apps.accounts.lockout import one_try_at_a_time
from apps.accounts.models import User
from apps.accounts.recent import is_recent
from apps.accounts.sessions import HALF, begin_half, half_still_stands
from apps.audit.models import AuditEvent
from apps.core.clients import client_address
from apps.core.languages import remember_here


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators; nobody signs up alone. Words are ours."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Tài khoản đã ngừng hoạt động. Liên hệ quản trị viên đơn vị."),
        "cannot_remove_primary_email": _("Không thể xóa địa chỉ thư điện tử chính."),
        "duplicate_email": _("Tài khoản này đã có địa chỉ thư đó."),
        "email_password_mismatch": _("Thư điện tử hoặc mật khẩu chưa đúng. Sau 5 lần sai, tài khoản tạm khóa 15 phút"),
        "email_taken": _("Địa chỉ thư này đã thuộc một tài khoản khác."),
        "enter_current_password": _("Nhập mật khẩu hiện tại."),
        "incorrect_code": _("Mã chưa đúng. Kiểm tra rồi nhập lại."),
        "incorrect_password": _("Mật khẩu chưa đúng. Nhập lại mật khẩu."),
        "invalid_login": _("Thư điện tử chưa đúng dạng. Nhập đủ tên miền, ví dụ ten@donvi.gov.vn"),
        "invalid_or_expired_key": _("Liên kết không đúng hoặc đã hết hiệu lực."),
        "invalid_password_reset": _("Liên kết đặt lại mật khẩu không đúng hoặc đã hết hiệu lực."),
        "max_email_addresses": _("Mỗi tài khoản có nhiều nhất %d địa chỉ thư."),
        "rate_limited": _("Gửi quá nhiều yêu cầu. Thử lại sau ít phút."),
        "same_as_current": _("Giá trị mới phải khác giá trị hiện tại."),
        "select_only_one": _("Chỉ chọn một."),
        "too_many_login_attempts": _("Sai quá nhiều lần. Thử lại sau 15 phút."),
        "unknown_email": _("Địa chỉ thư này chưa thuộc tài khoản nào."),
        "unverified_primary_email": _("Thư điện tử chính phải được xác nhận."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """A sign-in is a proof as good as a later one: both last ten minutes."""
        return not is_recent(context.request)

    def tell_of_change(self, event: AuditEvent) -> None:
        """Tell the owner that password, factor or address changed. The adapter that has mail does it."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        with one_try_at_a_time(credentials.get("email") or ""):
            return super().authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        trail.sign_in_failed(request, credentials.get("email") or "", step="password")

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """The right password of a closed account: whoever knows it is worth a line."""
        trail.sign_in_failed(request, user.get_username(), step="closed")
        return super().respond_user_inactive(request, user)

    def pre_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse | None:
        """Every way in begins here: password, identity provider."""
        begin_half(request, user)
        return super().pre_login(request, user, **hooks)

    @transaction.atomic
    def login(self, request: HttpRequest, user: User) -> None:
        """The account is read anew and held: since the password it may have been closed, or its sessions ended."""
        user = type(user)._default_manager.select_for_update().get(pk=user.pk)
        if not half_still_stands(request, user):
            clear_login(request)
            messages.error(request, now("Phiên đăng nhập này không còn hiệu lực. Đăng nhập lại."))
            raise ImmediateHttpResponse(redirect("account_login"))
        request.session.pop(HALF, None)
        super().login(request, user)
        trail.signed_in(user)

    def post_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse:
        response = super().post_login(request, user, **hooks)
        if user.language:
            remember_here(response, user.language)
        return response

    def logout(self, request: HttpRequest) -> None:
        trail.signed_out(request)
        super().logout(request)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": _("Tài khoản đang dùng mã xác thực nên không thêm được địa chỉ thư."),
        "cannot_delete_authenticator": _("Không tắt được mã xác thực của tài khoản này."),
        "cannot_generate_recovery_codes": _("Bật mã xác thực trước, rồi tạo mã khôi phục."),
        # One answer for both: which of them it was tells a guesser something.
        "incorrect_code": _("Mã xác thực chưa đúng hoặc đã dùng. Chờ mã mới trên điện thoại (30 giây) rồi nhập lại."),
        "unverified_email": _("Xác nhận thư điện tử trước, rồi bật mã xác thực."),
    }

    def encrypt(self, text: str) -> str:
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.decrypt(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": now("Cổng quản lý Đề án 996")}

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        known = Authenticator.objects.filter(user=user, type=type).count()
        return now("Khóa bảo mật %(number)s") % {"number": known + 1}
