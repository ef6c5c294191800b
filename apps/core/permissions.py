from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import DjangoModelPermissions


class ModelPermissions(DjangoModelPermissions):
    """Model permissions, reading included; a view without a queryset or a named permission is refused.

    What is the caller's own (`is_ones_own`) is read without any; `own_methods`: what else needs none there.
    """

    perms_map = {
        **DjangoModelPermissions.perms_map,
        "GET": ["%(app_label)s.view_%(model_name)s"],
        "HEAD": ["%(app_label)s.view_%(model_name)s"],
    }

    def _queryset(self, view):
        """Asked for its model alone: rows in sight are put together by whoever reads them."""
        rows = getattr(view, "queryset", None)
        return super()._queryset(view) if rows is None else rows

    def has_permission(self, request, view) -> bool:
        if not request.user.is_authenticated:
            return False
        method = request.method.lower()
        if not hasattr(view, method) and method not in (getattr(view, "action_map", None) or ()):
            raise MethodNotAllowed(request.method)  # nobody may, whatever their rights
        if getattr(view, "is_ones_own", False) and method in getattr(view, "own_methods", ("get", "head")):
            return True
        named = getattr(view, "permission_required", None)
        if named:
            return request.user.has_perm(named)
        return super().has_permission(request, view)
