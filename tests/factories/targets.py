from decimal import Decimal

import factory
from django.utils import timezone

from apps.targets.models import Indicator, IndicatorValue, Period


class IndicatorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Indicator

    code = factory.Sequence(lambda n: f"CT{n}")
    name = factory.LazyAttribute(lambda one: f"Chỉ tiêu {one.code}")
    short_name = factory.SelfAttribute("name")
    label = factory.SelfAttribute("name")
    unit_label = "cái"
    aggregation = Indicator.Aggregation.SUM
    basis = Indicator.Basis.REPORT


class RatioFactory(IndicatorFactory):
    unit_label = "% phòng thí nghiệm"
    aggregation = Indicator.Aggregation.RATIO
    decimals = 1


class IndicatorValueFactory(factory.django.DjangoModelFactory):
    """A figure as now known, of `year`; `unit_id` None is the nation."""

    class Meta:
        model = IndicatorValue

    class Params:
        year = 2024

    indicator = factory.SubFactory(IndicatorFactory)
    period = factory.LazyAttribute(lambda one: Period.objects.get(year=one.year))
    unit_id = None
    basis = factory.SelfAttribute("indicator.basis")
    value = Decimal(1)
    known_from = factory.LazyFunction(timezone.now)


class FractionFactory(IndicatorValueFactory):
    """A figure of a ratio, worked out from its two numbers."""

    indicator = factory.SubFactory(RatioFactory)
    numerator = Decimal(1)
    denominator = Decimal(4)
    value = factory.LazyAttribute(lambda one: Decimal(one.numerator) / Decimal(one.denominator) * 100)
