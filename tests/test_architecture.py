"""What lint-imports cannot see: keys written as strings, views without a scope, a who without a when."""

from collections.abc import Iterator

import pghistory.models
import pytest
from django.apps import apps
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.generic.detail import SingleObjectMixin
from django.views.generic.list import MultipleObjectMixin
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny

from apps.core.open_pages import OpenToStrangersMixin
from apps.core.openly import OpenViewSet
from apps.core.permissions import ModelPermissions
from apps.core.views import ScopedMixin
from apps.people.scopes import TokenScopes

ORDER = [
    "dashboard",
    "handover",
    "publications",
    "reports",
    "allocations",
    "progress",
    "funding",
    "activities",
    "tasks",
    "labs",
    "enterprises",
    "training",
    "plans",
    "registers",
    "framework",
    "targets",
    "exchange",
    "reorganisations",
    "webhooks",
    "apidocs",
    "feedback",
    "upkeep",
    "people",
    "organisations",
    "notifications",
    "documents",
    "jobs",
    "accounts",
    "audit",
    "papers",
    "core",
]
STRANGERS = {"tasks", "labs", "enterprises", "training", "plans"}
# Public on purpose: sign-in, health, the description of the API (which opens nothing).
PUBLIC = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_language",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "api-schema",
    "api-docs",
    "api-docs-resource",
    "api-problems",
    "public:home",  # what is published
    "public:documents",
    "public:about",
    "public:results_picture",
    "public:province_picture",
    "public:accessibility",
    "public:provinces",
    "public:province",
    "public:open_data",
    "public:catalogue",
    "public:feed",
    "public:open_data_edition",
    "public:data_package",
    "public:open_data_file",
    "help:index",  # who cannot sign in needs it most
    "help:topic",
    "help:for",
    "help:user_manual",
    "help:administration_manual",
    "feedback_open:form",  # whoever meets an error may say so
    "feedback_open:sent",
    "public-publication-list",
    "public-publication-detail",
    "public-publication-values",
    "public-publication-export",
    "public-publication-json-stat",
    "public-indicator-list",
    "public-indicator-detail",
    "account_session",
    "jobs:healthz",
    "jobs:readyz",
    "jobs:metrics",  # inside addresses alone
    "people:invitation_accept",
    "notifications:calendar",  # a calendar program signs in nowhere: the address is the key
}
# One address, two pages: people's asks for what it always asked for, everybody else is shown another.
SHARED = {"dashboard:home", "documents:legaldocument_list"}
# Signed in is enough: one's own way in, one's own password, search (scoped inside), one's own job's progress; or the
# permission hangs on what is asked for.
NO_PERMISSION = {
    "dashboard:home",
    "dashboard:search",
    "dashboard:counts",  # of what is told to and waits for oneself
    "dashboard:inbox",  # what waits for the person: each source asks for its own right
    "notifications:notification_list",  # these are one's own
    "notifications:notification_read_all",
    "notifications:notification_open",
    "notifications:choice",
    "notifications:calendar_link",
    "notifications:calendar_revoke",
    "notifications:watch",  # whoever sees the record
    "notifications:unwatch",
    "jobs:job_progress",
    "jobs:export_create",  # asks for the permission of the list whose rows the file has
    "jobs:export_file",  # its owner's alone
    "documents:attachment_add",  # these ask for the permission of the record that the file hangs on
    "documents:attachment_withdraw",
    "documents:attachment_download",
    "people:savedview_list",  # one's own; to keep a list's filter asks for the right to that list
    "people:savedview_add",
    "people:savedview_change",
    "people:savedview_delete",
    "people:owntoken_list",  # one's own, for whoever has a role
    "people:owntoken_add",
    "people:owntoken_revoke",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "account_change_password",
    "dashboard:account",
    "dashboard:working_unit",
    "dashboard:hint_close",
    "dashboard:hints_show",
    "account_email",
    "account_confirm_email",
    "account_signed_in_again",
    "account_session_end",
    "account_sessions_end",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_add_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
}


def own_models() -> list[type[models.Model]]:
    mine = [model for model in apps.get_models() if model.__module__.startswith("apps.")]
    return [model for model in mine if not issubclass(model, pghistory.models.Event)]


def test_foreign_keys_point_to_the_right():
    wrong = []
    for model in own_models():
        for field in model._meta.get_fields():
            target = field.related_model if field.concrete and field.is_relation else None
            if target is None or not target.__module__.startswith("apps."):
                continue
            here, there = model._meta.app_label, target._meta.app_label
            crossing = {here, there} <= STRANGERS and here != there
            if ORDER.index(there) < ORDER.index(here) or crossing:
                wrong.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    assert wrong == []


def routes(patterns=None, prefix: str = "") -> Iterator[tuple[str, object]]:
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            space = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from routes(entry.url_patterns, space)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}", entry.callback


ROUTES = sorted(routes(), key=lambda route: route[0])


@pytest.mark.parametrize(("name", "view"), ROUTES, ids=[name for name, _view in ROUTES])
def test_every_view_is_closed_and_scoped(name, view):
    cls = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if cls and issubclass(cls, OpenViewSet):
        # Asks nobody who they are, and so reads its rows by what is told to all.
        assert name in PUBLIC, "open without sign-in, but not in the list of public views"
        assert (cls.authentication_classes, cls.permission_classes, cls.scope) == ([], [AllowAny], "told_to_all")
        assert next(base for base in cls.__mro__ if "get_queryset" in vars(base)) is ScopedMixin
        return
    if cls and issubclass(cls, GenericAPIView):
        # The framework takes its views out of the sign-in middleware: their own permission must deny.
        assert cls.permission_classes == [TokenScopes, ModelPermissions]
    elif cls and issubclass(cls, OpenToStrangersMixin):
        assert name in SHARED, "shows strangers a page of its own, but not in the list of those"
    elif not getattr(view, "login_required", True):
        assert name in PUBLIC, "open without sign-in, but not in the list of public views"
        return
    assert name not in PUBLIC
    if cls is None:
        assert name in NO_PERMISSION
        return
    if issubclass(cls, MultipleObjectMixin | SingleObjectMixin | GenericAPIView):
        places = [base for base in cls.__mro__ if "get_queryset" in vars(base)]
        assert ScopedMixin in places, "reads rows without ScopedMixin"
        library = next(base for base in places if not base.__module__.startswith("apps."))
        assert places.index(ScopedMixin) < places.index(library), "ScopedMixin comes after the library's get_queryset"
    if not issubclass(cls, GenericAPIView) and name not in NO_PERMISSION:
        asks = any(
            "get_permission_required" in vars(base) for base in cls.__mro__ if base.__module__.startswith("apps.")
        )
        assert asks or getattr(cls, "permission_required", None), "asks for no permission"


def test_there_are_routes_to_look_at():
    """Without this an empty resolver would pass everything above."""
    assert len(ROUTES) > 30
    assert {"enterprises:enterprise_list", "indicator-list", "exchange:importbatch_detail"} <= {n for n, _v in ROUTES}


def test_a_who_goes_with_a_when():
    missing = []
    for model in own_models():
        fields = {field.name: field for field in model._meta.concrete_fields}
        for name, field in fields.items():
            when = fields.get(f"{name.removesuffix('_by')}_at")
            if not name.endswith("_by") or when is None or not (field.null or when.null):
                continue
            bound = [
                constraint
                for constraint in model._meta.constraints
                if isinstance(constraint, models.CheckConstraint)
                and f"{name}__isnull" in str(constraint.condition)
                and f"{when.name}__isnull" in str(constraint.condition)
            ]
            if not bound:
                missing.append(f"{model._meta.label}.{name}")
    assert missing == []


def test_what_a_constraint_says_can_be_said():
    """Django fills the constraint's name into the message: a bare % in it would be an error of the server."""
    told = [one for model in apps.get_models() for one in model._meta.constraints]
    assert all(one.get_violation_error_message() for one in told)


def test_api_serializers_name_their_fields():
    """`fields = "__all__"` and `exclude` would let a new column out unseen."""
    from pathlib import Path

    for path in Path("apps").rglob("api.py"):
        text = path.read_text(encoding="utf-8")
        assert "__all__" not in text, path
        assert "exclude =" not in text, path


def test_no_template_marks_data_as_safe():
    from pathlib import Path

    found = [
        f"{path}: {word}"
        for root in ("templates", "apps")
        for path in Path(root).rglob("*")
        if path.suffix in {".html", ".py"}
        for word in ("|safe", "mark_safe", "{% autoescape off", "<script>", "<style")
        if word in path.read_text(encoding="utf-8")
    ]
    assert found == []
