"""What all pages of imports share: the register named in the path, and one batch of it within sight."""

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse

from apps.core.views import ScopedMixin
from apps.exchange.models import ImportBatch
from apps.exchange.resource import ScopedResource, resource_of


class RegisterMixin:
    """`self.resource` is what the register declares; a register that nobody declared is 404."""

    resource: type[ScopedResource]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        resource = resource_of(kwargs["register"])
        if resource is None:
            raise Http404
        self.resource = resource

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().filter(register=self.resource.register)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.register_context(), **kwargs)

    def register_context(self) -> dict[str, Any]:
        return {
            "resource": self.resource,
            "register_url": reverse(self.resource.list_url, args=self.resource.list_args),
            "list_url": self.list_url,
        }

    @property
    def list_url(self) -> str:
        return reverse("exchange:importbatch_list", args=[self.resource.register])


class BatchMixin(RegisterMixin, PermissionRequiredMixin, ScopedMixin):
    """One batch of the register, within the person's sight."""

    kwargs: dict[str, Any]
    permission_required = "exchange.view_importbatch"
    queryset = ImportBatch.objects.select_related("file", "uploaded_by", "confirmed_by", "undone_by")

    def may_change(self) -> bool:
        return (
            self.request.user.has_perm("exchange.change_importbatch")
            and ImportBatch.objects.editable_by(self.request.user).filter(pk=self.kwargs["pk"]).exists()
        )
