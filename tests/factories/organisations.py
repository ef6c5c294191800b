from datetime import date

import factory

from apps.organisations.models import OrganisationUnit, Succession, UnitName


class OrganisationUnitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OrganisationUnit
        skip_postgeneration_save = True

    id = factory.Sequence(lambda n: f"DV-{n}")
    slug = factory.LazyAttribute(lambda unit: unit.id.lower())
    kind = OrganisationUnit.Kind.PROVINCE
    name = factory.RelatedFactory("tests.factories.organisations.UnitNameFactory", factory_related_name="unit")


class UnitNameFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = UnitName

    unit = factory.SubFactory(OrganisationUnitFactory, name=None)
    short_name = factory.LazyAttribute(lambda name: f"Đơn vị {name.unit.id}")
    name = factory.LazyAttribute(lambda name: f"Tỉnh {name.short_name}")


class SuccessionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Succession

    predecessor = factory.SubFactory(OrganisationUnitFactory)
    successor = factory.SubFactory(OrganisationUnitFactory)
    effective_on = date(2025, 7, 1)
    relation = Succession.Relation.MERGED
