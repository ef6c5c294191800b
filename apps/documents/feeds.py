"""Changes of acts: one is told with those that replace it and that it replaces, as these are called today."""

from typing import Any

from django.db.models import Q

from apps.core.feeds import Feed, Since
from apps.documents.models import LegalDocument


def _acts(rows: Any, since: Since) -> list[Any]:
    written, states = since.of(LegalDocument.objects.all()), since.states(LegalDocument)
    replaced = Q(pk__in=written.values("replaced_by")) | Q(pk__in=states.values("replaced_by"))
    touched = since.written | replaced | Q(replaced_by__in=written.values("pk"))
    return [rows.filter(touched).values_list("pk"), states.values_list("pgh_obj_id")]


ACTS = Feed(_acts)
