"""Units by the search over the whole portal."""

from django.test import Client


def units_found(client: Client, text: str) -> list[str]:
    """Ids, in the order in which they are shown."""
    answer = client.get("/search/", {"q": text, "kind": "units"})
    return [hit.code for group in answer.context["groups"] if group.key == "units" for hit in group.hits]
