from datetime import date

import factory
from django.contrib.auth.models import Group

from apps.accounts.models import User
from apps.people.models import Membership
from tests.factories.organisations import OrganisationUnitFactory


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
