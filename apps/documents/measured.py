"""The store of files: how much lies there, and what of it has been looked through."""

from collections.abc import Iterable

from django.db.models import Count, Sum

from apps.core.measuring import Family, Sample, measure
from apps.documents.models import StoredFile

FILES = Family("program996_files", "Stored files, by what the scanner for malware said.", ("scan",))
BYTES = Family("program996_files_bytes", "Bytes of all stored files.")


@measure(FILES, BYTES)
def files() -> Iterable[Sample]:
    rows = StoredFile.objects.order_by().values_list("scan").annotate(Count("pk"), Sum("size"))
    found = {scan: (count, size) for scan, count, size in rows}
    for scan in StoredFile.Scan.values:
        yield FILES(found.get(scan, (0, 0))[0], scan)
    yield BYTES(sum(size for _count, size in found.values()))
