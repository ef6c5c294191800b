from datetime import date

import factory
from django.contrib.auth.models import Group

from apps.accounts.models import User
from apps.organisations.models import Membership, OrganisationUnit, Succession, UnitName


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


class RoleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Group
        django_get_or_create = ["name"]

    name = "reader"


class MemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"can-bo-{n}@example.vn")
    full_name = factory.Sequence(lambda n: f"Cán bộ {n}")


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(MemberFactory)
    unit = factory.SubFactory(OrganisationUnitFactory)
    role = factory.SubFactory(RoleFactory)
    valid_from = date(2019, 1, 1)
