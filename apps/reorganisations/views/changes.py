"""A form whose change is a service, for one unit."""

from typing import Any

from django.utils.functional import cached_property
from django.views.generic.detail import SingleObjectMixin

from apps.core.views import ScopedMixin
from apps.jobs.changing import ChangeFormView
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import unit_labels


class UnitChangeView(ScopedMixin, SingleObjectMixin, ChangeFormView):
    """A change of one unit in the person's scope."""

    template_name = "reorganisations/change_form.html"
    scope = "editable_by"
    queryset = OrganisationUnit.objects.select_related("parent")
    context_object_name = "unit"

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    def get_queryset(self) -> Any:
        return super().get_queryset().with_names()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        above = unit_labels().get(self.object.parent_id)
        return super().get_context_data(back_url=self.object.get_absolute_url(), above=above, **kwargs)
