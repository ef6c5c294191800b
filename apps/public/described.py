"""What catalogues read of open data: an edition as a data package, all editions as a DCAT catalogue.

Data Package: https://specs.frictionlessdata.io/data-package/ ; DCAT 3 as JSON-LD: https://www.w3.org/TR/vocab-dcat-3/
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.programme import programme
from apps.public.open_files import TYPES, file_name, forms_of
from apps.public.open_tables import TABLES, Edition, Table
from apps.targets.models import Publication

Absolute = Callable[[str], str]  # an address of ours with the portal's own name before it
MEDIA = "https://www.iana.org/assignments/media-types/{}"


def file_address(publication: Publication, table: Table, form: str) -> str:
    return reverse("public:open_data_file", args=[publication.pk, table.name, form])


def title_of(publication: Publication) -> str:
    told = {"year": publication.closing.period.year, "version": publication.closing.version}
    words = _("Kết quả thực hiện Đề án 996, hết năm %(year)s, phiên bản %(version)s") % told
    return f"{words} ({_('số liệu minh họa')})" if publication.is_illustrative else words


def data_package(publication: Publication, absolute: Absolute) -> dict[str, Any]:
    edition = Edition(publication)
    return {
        "profile": "tabular-data-package",
        "name": f"{programme().slug}-{publication.closing.period.code}-{publication.pk}",
        "id": absolute(reverse("public:open_data_edition", args=[publication.pk])),
        "title": title_of(publication),
        "description": publication.note,
        "version": f"{publication.closing.version}.0.0",
        "created": publication.published_at.isoformat(timespec="seconds"),
        "licenses": [_licence()],
        "sources": [{"title": f"{publication.document.number} – {publication.document.issuer}"}],
        "resources": [_resource(edition, table, absolute) for table in TABLES.values()],
    }


def _resource(edition: Edition, table: Table, absolute: Absolute) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": str(table.title),
        "description": str(table.words),
        "path": absolute(file_address(edition.publication, table, "csv")),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [
                {"name": one.name, "type": one.kind, "title": str(one.title), "description": str(one.words)}
                for one in table.columns
            ],
            "primaryKey": list(table.key),
            "missingValues": [""],
        },
    }


def _licence() -> dict[str, str]:
    return {
        "name": settings.OPEN_DATA_LICENCE,
        "title": settings.OPEN_DATA_LICENCE_NAME,
        "path": settings.OPEN_DATA_LICENCE_URL,
    }


def catalogue(publications: Iterable[Publication], publisher: str, absolute: Absolute) -> dict[str, Any]:
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": absolute(reverse("public:open_data")),
        "@type": "dcat:Catalog",
        "dct:title": {"@value": _("Dữ liệu mở của Đề án 996"), "@language": get_language()},
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": publisher},
        "dct:license": {"@id": settings.OPEN_DATA_LICENCE_URL},
        "dcat:dataset": [_dataset(one, absolute) for one in publications],
    }


def _dataset(publication: Publication, absolute: Absolute) -> dict[str, Any]:
    edition, period = Edition(publication), publication.closing.period
    return {
        "@id": absolute(reverse("public:open_data_edition", args=[publication.pk])),
        "@type": "dcat:Dataset",
        "dct:identifier": str(publication.pk),
        "dct:title": {"@value": title_of(publication), "@language": get_language()},
        "dct:issued": _moment(publication.published_at),
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@value": period.starts_on.isoformat(), "@type": "xsd:date"},
            "dcat:endDate": {"@value": period.ends_on.isoformat(), "@type": "xsd:date"},
        },
        "dcat:version": str(publication.closing.version),
        "dct:license": {"@id": settings.OPEN_DATA_LICENCE_URL},
        "dcat:distribution": [
            _distribution(edition, table, form, absolute) for table in TABLES.values() for form in forms_of(table)
        ],
    }


def _distribution(edition: Edition, table: Table, form: str, absolute: Absolute) -> dict[str, Any]:
    address = absolute(file_address(edition.publication, table, form))
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": {"@value": f"{table.title} – {file_name(edition, table, form)}", "@language": get_language()},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": MEDIA.format(TYPES[form].partition(";")[0])},
    }


def _moment(moment: Any) -> dict[str, str]:
    return {"@value": moment.isoformat(timespec="seconds"), "@type": "xsd:dateTime"}
