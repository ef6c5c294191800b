from collections.abc import Iterable

from django.db.models import Count

from apps.core.measuring import Family, Sample, measure
from apps.exchange.models import ImportBatch

IMPORTS = Family("program996_imports", "Imports, by state.", ("state",))


@measure(IMPORTS)
def imports() -> Iterable[Sample]:
    found = dict(ImportBatch.objects.order_by().values_list("state").annotate(Count("pk")))
    for state in ImportBatch.State.values:
        yield IMPORTS(found.get(state, 0), state)
