"""Acts that reorganisations stand on, and the file of one: public."""

import io

from django.core.files import File

from apps.documents.models import LegalDocument
from apps.documents.services import attach_file
from tests.walk.places import CENTRE, PUBLIC
from tests.walk.world.base import World, once


@once
def documents(world: World) -> None:
    document = world.make("legaldocument", PUBLIC, LegalDocument, issued_on=None)
    officer = world.get("staff", CENTRE, "programme_officer")
    world.put("attachment", PUBLIC, attach_file(document, pdf(world), by=officer))
    world.values["pdf"] = lambda _place: pdf(world)
    world.values["act_seen"] = lambda _place: LegalDocument.objects.get(pk=document.pk).updated_at.isoformat()


def pdf(world: World) -> File:
    name = world.canary(PUBLIC, "attachment", "name")
    return File(io.BytesIO(f"%PDF-1.7 {name}".encode()), f"{name}.pdf")
