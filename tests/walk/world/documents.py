"""Acts that reorganisations stand on, and the file of one: public. Files of every unit's records: evidence.py."""

import io

from django.core.files import File

from apps.documents.models import LegalDocument
from apps.documents.services import attach_file
from tests.walk.places import CENTRE, PUBLIC
from tests.walk.world.base import World, once


@once
def documents(world: World) -> None:
    document = world.make("legaldocument", PUBLIC, LegalDocument, issued_on=None)
    world.make("legaldocument", PUBLIC, LegalDocument, named="untitled", issued_on=None, title="")
    officer = world.get("staff", CENTRE, "programme_officer")
    world.own(attach_file(document, pdf(world, PUBLIC), by=officer), PUBLIC)
    world.values["act_seen"] = lambda _place: LegalDocument.objects.get(pk=document.pk).updated_at.isoformat()


def pdf(world: World, place: str, body: str = "") -> File:
    name = world.canary(place, "attachment", "name")
    return File(io.BytesIO(f"%PDF-1.7 {name} {body}".encode()), f"{name}.pdf")
