"""All that the portal keeps of one person, as data: for whoever asks what is known of them."""

from collections.abc import Iterator
from typing import Any

import pghistory.models
from django.apps import apps
from django.core.serializers.python import Serializer
from django.db.models import Field, Model, Q

from apps.accounts.models import User
from apps.audit.models import AuditArchive, AuditEvent
from apps.people.models import Invitation

# Never given out, to the person either: they open doors.
SECRET = {"password", "digest", "data", "key", "session_key", "token", "address_key", "secret"}
ABOUT = {"user", "owner", "person", "mentions"}  # rows of the person; every other key says that they did something


def personal_data(person: User) -> dict[str, Any]:
    told: dict[str, Any] = {"account": _row(person), "records": {}, "acts": {}}
    for model, field in _keys():
        rows = model._default_manager.filter(**{field.name: person})
        if field.name in ABOUT:
            told["records"].setdefault(model._meta.label, []).extend(_row(one) for one in rows.order_by("pk"))
        elif count := rows.count():
            told["acts"][f"{model._meta.label}.{field.name}"] = count
    told["records"]["people.Invitation"] = [_row(one) for one in Invitation.objects.filter(email=person.email)]
    told["records"] = {label: rows for label, rows in told["records"].items() if rows}
    told["audit"] = [_row(one) for one in _audited(person)]
    if away := [archive.file for archive in AuditArchive.objects.away()]:
        told["audit_archives"] = away  # may hold more; `restore_year` brings it back
    return told


def _audited(person: User) -> Any:
    about = Q(target_type=person._meta.label_lower, target_id=str(person.pk))
    return AuditEvent.objects.filter(Q(actor_id=person.pk) | about).order_by("at", "pk")


def _keys() -> Iterator[tuple[type[Model], Field]]:
    """Every key that leads to an account, of the tables that are rows themselves and not their history."""
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy and not issubclass(model, pghistory.models.Event):
            fields = (*model._meta.concrete_fields, *model._meta.many_to_many)
            yield from ((model, field) for field in fields if field.related_model is User)


def _row(one: Model) -> dict[str, Any]:
    [kept] = Serializer().serialize([one])
    return {"id": kept["pk"]} | {name: value for name, value in kept["fields"].items() if name not in SECRET}
