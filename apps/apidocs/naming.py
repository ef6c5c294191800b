"""What each address is called in the description of the API, and where it belongs. DRF's settings load it."""

import re
from inspect import getdoc
from typing import Any

from django.utils.translation import gettext as _

from apps.apidocs.bodies import body_of, key_of
from apps.core.schema import PortalSchema
from apps.people.scopes import resource_of, resources

OPEN = "public"
# Where the view has no words of its own for it.
OF_ACTIONS = {
    "list": "Danh sách",
    "retrieve": "Xem một bản ghi",
    "create": "Thêm một bản ghi",
    "partial_update": "Sửa một bản ghi",
}


class NamedSchema(PortalSchema):
    """A resource is what a scope of a token names: the first word of an address, of registers the second too."""

    def get_tags(self) -> list[str]:
        return [resource_of(self.path)]

    def get_summary(self) -> str:
        view: Any = self.view
        action: str = view.action
        own = getdoc(getattr(view, action)) or OF_ACTIONS.get(action, "")
        if action == "list" and not self.path.endswith(f"/{resource_of(self.path)}/"):
            own = getdoc(type(view)) or own  # of a list beside that of the resource, what it is of
        return first_sentence(own)


def first_sentence(text: str) -> str:
    return re.split(r"\.(?:\s|$)", " ".join(text.split()), maxsplit=1)[0]


def name_resources(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """Resources in the order of their addresses, with the words of the page on which tokens are issued; what everybody
    may read is named on none.
    """
    used = {tag for methods in result["paths"].values() for one in methods.values() for tag in one["tags"]}
    words = {name: one.words for name, one in resources().items()} | {OPEN: _("Số liệu đã công bố")}
    result["tags"] = [{"name": tag, "description": words[tag]} for tag in sorted(used)]
    return result


def give_examples(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """Keys and bodies that can be sent as they are, for whoever reads the description."""
    for methods in result["paths"].values():
        for method, told in methods.items():
            for one in told.get("parameters", ()):
                if one["in"] == "path":
                    one["example"] = key_of(told["tags"][0], one["name"], one["schema"].get("type", ""))
            for content in told.get("requestBody", {}).get("content", {}).values():
                asked = {"operationId": told["operationId"], "method": method, "schema": content["schema"]}
                content.setdefault("example", body_of(asked, result))
    return result
