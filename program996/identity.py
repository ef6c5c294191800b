"""A ministry's identity provider (OpenID Connect), read from the environment: off unless OIDC_SERVER_URL is set."""

from dataclasses import dataclass, field
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

PROVIDER_ID = "identity"  # its place in our addresses


@dataclass(frozen=True)
class Identity:
    server_url: str = ""
    origin: str = ""  # what the content policy must let a form lead to
    email_domains: list[str] = field(default_factory=list)  # whose addresses the provider may vouch for
    providers: dict[str, Any] = field(default_factory=dict)  # as allauth wants them


def read_identity(env: environ.Env) -> Identity:
    """Half a provider stops the start: it would be a door that nobody looks after."""
    server = env("OIDC_SERVER_URL", default="")
    if not server:
        return Identity()
    domains = [domain.strip().lower() for domain in env.list("OIDC_EMAIL_DOMAINS") if domain.strip()]
    if not domains or not env("OIDC_CLIENT_SECRET"):
        raise ImproperlyConfigured("OIDC_SERVER_URL is set: OIDC_EMAIL_DOMAINS and OIDC_CLIENT_SECRET are wanted too")
    address = environ.urlparse(server)
    if address.scheme != "https" and address.hostname not in {"localhost", "127.0.0.1"}:
        raise ImproperlyConfigured("OIDC_SERVER_URL must begin with https://")
    app = {
        "provider_id": PROVIDER_ID,
        "name": env("OIDC_NAME"),  # “Đăng nhập bằng …”
        "client_id": env("OIDC_CLIENT_ID"),
        "secret": env("OIDC_CLIENT_SECRET"),
        "settings": {"server_url": server},
    }
    providers = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    return Identity(server, f"{address.scheme}://{address.netloc}", domains, providers)
