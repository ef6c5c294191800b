"""Acts that reorganisations stand on: public."""

from apps.documents.models import LegalDocument
from tests.walk.places import PUBLIC
from tests.walk.world.base import World, once


@once
def documents(world: World) -> None:
    world.make("legaldocument", PUBLIC, LegalDocument, issued_on=None)
