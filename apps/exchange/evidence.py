"""Files that came in to be read are the unit's for which they came."""

from apps.documents.room import keep_brought
from apps.exchange.models import ImportBatch

keep_brought(lambda unit: ImportBatch.objects.filter(unit=unit).values("file"))
