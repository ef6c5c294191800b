from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_keys, name_target
from apps.targets.models import ClosingProposal, Publication

PAGE = ("targets.view_indicatorvalue", "targets.view_periodclosing")


def _pages(ids: Collection[str], user: Any) -> dict[str, str]:
    """A proposal stands on the page of its period."""
    if not user.has_perms(PAGE):
        return {}
    rows = ClosingProposal.objects.visible_to(user).filter(pk__in=ids).select_related("period")
    return {str(row.pk): row.get_absolute_url() for row in rows}


def _pages_of_published(ids: Collection[str], user: Any) -> dict[str, str]:
    if not user.has_perms(PAGE):
        return {}
    rows = Publication.objects.visible_to(user).filter(pk__in=ids).select_related("closing__period")
    return {str(row.pk): row.get_absolute_url() for row in rows}


name_actions(
    {
        "period.closing_proposed": _("Lập đề nghị chốt kỳ"),
        "period.closed": _("Chốt kỳ số liệu"),
        "period.closing_refused": _("Không chốt kỳ theo đề nghị"),
        "period.closing_withdrawn": _("Rút đề nghị chốt kỳ"),
        "closing.published": _("Công bố số liệu đã chốt"),
        "indicator.defined": _("Ghi định nghĩa mục tiêu, phiên bản mới"),
        "closing.publication_withdrawn": _("Rút công bố số liệu"),
    }
)
name_keys({"as_of": _("số liệu tính đến"), "document": _("văn bản"), "version": _("phiên bản")})
name_keys({"definition": _("định nghĩa"), "kinds": _("loại hình được tính"), "indicator": _("mục tiêu")})
name_target("targets.closingproposal", urls_of=_pages)
name_target("targets.publication", urls_of=_pages_of_published)
name_target("targets.periodclosing", permission="targets.view_periodclosing")
name_target(
    "targets.indicatordefinition",
    permission="targets.view_indicator",
    named=lambda made: (
        _("%(indicator)s, phiên bản %(version)s") % {"indicator": made.indicator, "version": made.version}
    ),
)
