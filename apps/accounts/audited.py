"""What the audit calls the acts of people on their own accounts."""

from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_codes

name_actions(
    {
        "session.signed_in": _("Đăng nhập"),
        "session.signed_out": _("Đăng xuất"),
        "session.sign_in_failed": _("Đăng nhập không thành"),
        "session.locked": _("Tạm khóa đăng nhập do sai nhiều lần"),
        "account.password_changed": _("Đổi mật khẩu"),
        "account.password_reset": _("Đặt lại mật khẩu qua thư"),
        "account.email_asked": _("Đề nghị đổi thư điện tử"),
        "account.email_changed": _("Đổi thư điện tử"),
        "account.factor_added": _("Thêm phương thức xác thực hai bước"),
        "account.factor_removed": _("Gỡ phương thức xác thực hai bước"),
        "account.factors_reset": _("Gỡ mọi phương thức xác thực hai bước"),
        "account.recovery_codes_made": _("Tạo bộ mã khôi phục mới"),
        "account.session_ended": _("Kết thúc một phiên"),
        "account.sessions_ended": _("Kết thúc các phiên khác"),
    }
)
name_codes(
    {
        "closed": _("tài khoản đã đóng"),  # at which step somebody was turned away
        "code": _("mã xác thực"),
        "password": _("mật khẩu"),
        "recovery_codes": _("mã khôi phục"),
        "totp": _("mã xác thực"),
        "webauthn": _("khóa bảo mật"),
    }
)
