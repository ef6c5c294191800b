"""A version of the form that is not issued yet. Its number is the lowest, so that rounds take the first that was."""

from apps.reports.models import FormBlock, FormCell, FormRule, FormSection, FormVersion
from tests.walk.places import PUBLIC
from tests.walk.world.base import World, once


@once
def forms(world: World) -> None:
    form = FormVersion.objects.create(audience="association", number=0, title="Bản đang sửa")
    section = FormSection.objects.create(form=form, code="general", position=1, title="Thông tin chung")
    block = FormBlock.objects.create(section=section, position=1, title="Số liệu", layout="list")
    for place, code in enumerate(("X1", "X2", "X3"), 1):
        told = {"form": form, "block": block, "position": place, "label": f"Ô {code}", "kind": "whole"}
        cell = FormCell.objects.create(key=code.lower(), code=code, **told)
    rule = FormRule.objects.create(form=form, cell=cell, kind="at_most", severity="error", others=["x2"])
    for name, row in (("formversion", form), ("formblock", block), ("formrule", rule)):
        world.put(name, PUBLIC, row)
