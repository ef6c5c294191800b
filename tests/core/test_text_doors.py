"""Every door by which a text comes in has the gate: a new form, filter, serializer or model without it fails here."""

import importlib
import pkgutil
from collections.abc import Iterator

import django_filters
import pytest
from django import forms
from django.apps import apps as installed
from django.db import models
from rest_framework import serializers

import apps
from apps.accounts.forms import OwnPasswordForm
from apps.core import api
from apps.core.fields import DayField, SearchField, TextField
from apps.core.filters import FlagField
from apps.core.models import CheckedTextModel

GATED = (TextField, SearchField, DayField)
# Not a text that is kept: a moment that is parsed. Mail addresses have rules of their own, passwords must not change.
OTHER_RULES = {"apps.core.fields.MomentField", "apps.targets.forms.TypedMomentField"}
ANSWERS_ONLY = {
    *("EnterpriseSerializer", "TargetVersionSerializer", "CountedRowSerializer", "ProvenanceSerializer"),
    *("ProblemSerializer", "FaultSerializer", "StoredFigureSerializer", "ChangesSerializer"),
    *("FigureSerializer", "BookFileSerializer", "BookFigureSerializer"),
    "TargetSerializer",
    "PeriodClosingSerializer",
    "PublicationSerializer",
    "PublishedFigureSerializer",
    "PublicTargetSerializer",
    "PublicIndicatorSerializer",
    "PredecessorSerializer",
    "SuccessorSerializer",
    "OrganisationUnitSerializer",
    *("ItemUnitSerializer", "FrameworkItemSerializer"),
    *(
        "ContributionSerializer",
        "StepSerializer",
        "ExtensionSerializer",
        "ConsultationSerializer",
        "ProgressSerializer",
    ),
    *("PlanTaskSerializer", "PlanTaskDetailSerializer", "GroupSerializer", "MilestoneSerializer"),
    *("SumSerializer", "SumsSerializer", "LineSerializer"),
}
# Written by the portal itself, or by the files of facts that lie in the repository.
WRITTEN_BY_US = {
    *("jobs.Job", "jobs.JobHeartbeat", "jobs.QueueHeartbeat", "jobs.IdempotencyKey", "audit.AuditEvent"),
    *(
        "audit.AuditSeal",
        "audit.AuditCheck",
        "accounts.UserSession",
        "notifications.ResetRequest",
        "documents.StoredFile",
    ),
    *("people.ClosedHint", "jobs.ClockBell", "upkeep.Run"),
    *("targets.Period", "targets.IndicatorDefinition", "targets.IndicatorValue", "targets.RecomputeRequest"),
    *("targets.UnitStatistic", "enterprises.Industry", "organisations.Succession"),
    *("labs.MeasurementField", "labs.CriteriaSet"),
    *("exchange.StagedRow", "exchange.RowProblem", "exchange.Overwritten"),
    *("framework.GeneralAim", "framework.SolutionGroup", "framework.FrameworkItem", "framework.ItemUnit"),
    *("tasks.MilestoneKind", "tasks.Reminder", "tasks.TaskListEntry", "tasks.TaskRelation"),
    *("notifications.CalendarLink", "notifications.Watch", "notifications.Notification"),
    *("webhooks.Delivery", "webhooks.Attempt"),
    *("handover.Handover", "handover.HandoverAttempt", "audit.AuditArchive", "documents.SignatureCheck"),
}


def modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(apps.__path__, "apps."):
        if not {"migrations", "management", "child"} & set(found.name.split(".")):
            yield found.name


@pytest.fixture(scope="module", autouse=True)
def everything_is_loaded():
    for name in modules():
        importlib.import_module(name)


def below(root: type) -> Iterator[type]:
    for child in root.__subclasses__():
        yield from below(child)
        if child.__module__.startswith("apps."):
            yield child


def name_of(thing: object) -> str:
    return f"{type(thing).__module__}.{type(thing).__qualname__}"


def is_gated(field: forms.Field) -> bool:
    if not isinstance(field, forms.CharField) or isinstance(field, (*GATED, forms.EmailField)):
        return True
    return isinstance(field.widget, forms.PasswordInput) or name_of(field) in OTHER_RULES


def test_every_field_of_a_form_of_ours_passes_the_gate():
    ours = [form for form in below(forms.BaseForm) if hasattr(form, "base_fields")]
    assert len(ours) > 20
    open_doors = [
        f"{form.__qualname__}.{name}"
        for form in ours
        for name, field in form.base_fields.items()
        if not is_gated(field) and not type(field).__module__.startswith("allauth.")
    ]
    # allauth's own fields: a code of six digits, a sign-in name that is only looked up
    assert [door for door in open_doors if door.partition(".")[2] not in ("code", "login")] == []
    assert OwnPasswordForm in ours


def test_every_filter_by_words_passes_the_gate():
    sets = [one for one in below(django_filters.FilterSet) if one.base_filters]
    assert len(sets) > 5
    open_doors = [
        f"{one.__qualname__}.{name}"
        for one in sets
        for name, filter_ in one.base_filters.items()
        if isinstance(filter_, django_filters.CharFilter) and not issubclass(filter_.field_class, SearchField)
    ]
    assert open_doors == []


def test_every_filter_by_yes_or_no_refuses_other_words():
    """Django's own takes them for nothing asked, and answers with everything."""
    flags = [
        (f"{one.__qualname__}.{name}", filter_)
        for one in below(django_filters.FilterSet)
        for name, filter_ in one.base_filters.items()
        if isinstance(filter_, django_filters.BooleanFilter)
    ]
    assert len(flags) > 1
    assert [door for door, filter_ in flags if not issubclass(filter_.field_class, FlagField)] == []


def test_every_text_that_json_brings_passes_the_gate():
    ours = [one for one in below(serializers.BaseSerializer) if one.__name__ not in ANSWERS_ONLY]
    assert ours
    open_doors = [
        f"{one.__qualname__}.{name}"
        for one in ours
        for name, field in getattr(one, "_declared_fields", {}).items()
        if isinstance(field, serializers.CharField) and not field.read_only
        if not isinstance(field, (api.TextField, serializers.RegexField))
    ]
    assert open_doors == []


def test_every_model_that_people_write_passes_the_gate():
    open_doors = [
        model._meta.label
        for model in installed.get_models()
        if model.__module__.startswith("apps.") and not model.__name__.endswith("Event")
        and model._meta.label not in WRITTEN_BY_US and not issubclass(model, CheckedTextModel)
        and any(isinstance(field, (models.CharField, models.TextField)) for field in model._meta.concrete_fields)
    ]  # fmt: skip
    assert open_doors == []


@pytest.mark.django_db
@pytest.mark.parametrize("sign", ["\ufffe", "\ue000", "\x07", "\u3164"])
def test_the_model_refuses_what_no_form_looked_at(reference, sign):
    from apps.organisations.models import UnitName

    name = UnitName.objects.select_related("unit").first()
    name.short_name = f"Hà{sign} Nội"
    with pytest.raises(Exception, match=rf"U\+{ord(sign):04X}"):
        name.full_clean()
    name.short_name = "Ðà\u200b Nẵng "
    name.full_clean()
    assert name.short_name == "Đà Nẵng"
