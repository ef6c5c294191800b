from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_keys, name_target, name_units
from apps.organisations.selectors import name_at_this_moment, unit_labels

name_units(unit_labels, name_at_this_moment, "organisations.organisationunit")
name_target(
    "organisations.organisationunit",
    permission="organisations.view_organisationunit",
    url_of=lambda pk: unit_labels()[pk].url,
    named=lambda unit: name_at_this_moment(unit.pk) or unit.pk,
)
name_keys(
    {
        "parent": _("trực thuộc"),
        "unit": _("đơn vị"),
        "valid_from": _("từ ngày"),
        "valid_to": _("đến ngày"),
    }
)
