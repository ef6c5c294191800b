from django.utils.translation import gettext_lazy as _

from apps.audit.registry import Units, name_keys, name_target, name_units, stay_at_hand
from apps.organisations.chosen import unit_choices, with_all_theirs
from apps.organisations.selectors import name_at_this_moment, unit_labels

name_units(
    Units(
        kind="organisations.organisationunit",
        labels=unit_labels,
        name=name_at_this_moment,
        choices=unit_choices,
        stood_for=with_all_theirs,
    )
)
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
stay_at_hand("unit.corrected", "unit.ended")  # reference data do not write over them
