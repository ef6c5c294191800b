"""A report by the address of its round and unit, within the person's sight."""

from typing import Any

from apps.core.request import SignedInRequest
from apps.core.views import ScopedMixin
from apps.reports.models import AnnualReport
from apps.reports.models.annualreport import VIEW


class ReportMixin(ScopedMixin):
    """It comes before whatever else reads rows, and before the right that a page asks for.

    `scope` says whose side must be the person's: out of sight is 404, in sight and not theirs 403.
    """

    request: SignedInRequest
    kwargs: dict[str, Any]
    permission_required: str | tuple[str, ...] = VIEW
    model = AnnualReport
    queryset = AnnualReport.objects.for_pages()
    slug_field, slug_url_kwarg = "unit__slug", "unit"

    def get_queryset(self) -> Any:
        """The one report of the address, if the person sees it."""
        return super().get_queryset().filter(round__code=self.kwargs["round"])

    def get_object(self, *args: Any) -> AnnualReport:
        found: AnnualReport = super().get_object(*args)
        return found
