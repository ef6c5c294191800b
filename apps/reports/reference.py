"""The first version of each form, from the facts' files. What has been issued stays: later versions are made here."""

from typing import Any

from django.utils import timezone

from apps.core.reference import Changes, Fact, Facts
from apps.reports.models import FormBlock, FormCell, FormRule, FormSection, FormVersion
from apps.targets.models import Indicator

FIXTURE = "70_report_forms"


def load_forms(facts: Facts) -> Changes:
    made = 0
    for fact in facts.fixture(FIXTURE, "reports.formversion"):
        if not FormVersion.objects.filter(audience=fact["audience"], number=fact["number"]).exists():
            _make(fact)
            made += 1
    return Changes(created=made)


def _make(fact: Fact) -> None:
    own = {name: value for name, value in fact.items() if name not in ("sections", "rules")}
    form = FormVersion(**own, issued_at=timezone.now())
    form.full_clean()
    form.save()
    ids = dict(Indicator.objects.values_list("code", "pk"))
    cells: dict[str, FormCell] = {}
    for told in fact["sections"]:
        section = FormSection.objects.create(form=form, **_without(told, "blocks"))
        for place, part in enumerate(told["blocks"], 1):
            block = FormBlock.objects.create(section=section, position=place, **_without(part, "cells"))
            for position, cell in enumerate(part.get("cells", ()), 1):
                row = _cell(form, block, position, cell, ids)
                cells[row.key] = row
    for rule in fact["rules"]:
        for key in rule.get("cells") or [rule["cell"]]:  # the same rule of many cells is written once
            FormRule.objects.create(form=form, cell=cells[key], **_without(rule, "cell", "cells"))


def _cell(form: FormVersion, block: FormBlock, position: int, fact: Fact, ids: dict[str, int]) -> FormCell:
    indicator = ids[fact["indicator"]] if fact.get("indicator") else None
    row = FormCell(form=form, block=block, position=position, indicator_id=indicator, **_without(fact, "indicator"))
    row.full_clean(exclude=["form", "block", "indicator"])
    row.save()
    return row


def _without(fact: Fact, *names: str) -> dict[str, Any]:
    return {name: value for name, value in fact.items() if name not in names}
