"""The roles and what each may do, from fixtures/40_groups.json."""

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError

from apps.core.reference import Changes, Facts


def load_roles(facts: Facts) -> Changes:
    """Groups with exactly the permissions of the file: what is not written there is taken away."""
    known = {
        (permission.codename, *permission.content_type.natural_key()): permission.pk
        for permission in Permission.objects.select_related("content_type")
    }
    changes = Changes()
    for role in facts.fixture("40_groups", "auth.group"):
        named = [tuple(permission) for permission in role["permissions"]]
        unknown = [permission for permission in named if permission not in known]
        if unknown:
            raise ValidationError(f"40_groups.json: {role['name']}: {unknown}", code="unknown_permission")
        group, created = Group.objects.get_or_create(name=role["name"])
        wanted = {known[permission] for permission in named}
        differs = wanted != set(group.permissions.values_list("pk", flat=True))
        if differs:
            group.permissions.set(wanted)
        changes += Changes(created=int(created), changed=int(differs and not created))
    return changes
