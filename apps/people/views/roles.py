from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from apps.people.role_table import acts_by_subject, roles


class RolesView(PermissionRequiredMixin, TemplateView):
    permission_required = "people.view_membership"
    template_name = "people/roles.html"
    title = _("Vai trò và quyền")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(roles=roles(), subjects=acts_by_subject(), **kwargs)
