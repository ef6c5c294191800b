"""The first wall away: scopes of what lies behind the second one give rows of every unit to whoever holds the right."""

from typing import Any

import pytest

from apps.accounts.scope import UnitScope
from apps.enterprises.models import programmes
from apps.organisations.models import OrganisationUnit
from apps.people.rights import units_with
from apps.registers import models as registers
from apps.reports.models import annualreport
from program996.management.wall import walled

SCOPED = (registers, programmes, annualreport)  # where querysets ask in which units somebody holds a right


def scopes_off(patch: pytest.MonkeyPatch) -> None:
    behind = {(model._meta.app_label, model._meta.model_name) for model in walled()}
    units = frozenset(OrganisationUnit.objects.values_list("pk", flat=True))

    def everywhere(user: Any, permission: str) -> UnitScope:
        scope, (app, _dot, codename) = units_with(user, permission), permission.partition(".")
        is_behind = (app, codename.rpartition("_")[2]) in behind
        return UnitScope(everything=True, ids=units) if scope.ids and is_behind else scope

    for module in SCOPED:
        patch.setattr(module, "units_with", everywhere)
    # Which files and notes of a record in sight are confided to a person is asked of the record, not of its unit.
    patch.setattr(programmes.EnterpriseQuerySet, "confided_to", _confided_to)


def _confided_to(rows: programmes.EnterpriseQuerySet, user: Any) -> programmes.EnterpriseQuerySet:
    scope = units_with(user, "enterprises.view_enterprise")
    return rows.live() if scope.everything else rows.live().filter(unit__in=scope.ids)
