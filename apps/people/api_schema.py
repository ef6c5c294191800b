"""How the description of the API names the way in by token. Loaded at start, as the generator finds it by its class."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "apps.people.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        told = _("Mã truy cập của tài khoản, cấp trên cổng: p996_… Mã thiếu phạm vi: 403 wrong_scope; mã sai: 401.")
        return {"type": "http", "scheme": "bearer", "description": told}
