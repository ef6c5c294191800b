"""Static files: the manifest of what is shipped, and how it is found, joined, named and compressed."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder, FileSystemFinder
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

from apps.core.bundles import JOINED, join, parts_of

_inter = "vendor/inter/files/inter-{}-wght-normal.woff2"
_titles = "vendor/be-vietnam-pro/files/be-vietnam-pro-{}-{}-normal.woff2"


def _pictures(folder: str) -> list[str]:
    """All of a folder: who takes pictures of pages says which there are."""
    return [f"{folder}/{path.name}" for path in sorted(Path(settings.BASE_DIR, "static", folder).glob("*.webp"))]


# Everything that a browser may ever be given. What is not in this list is not collected, whoever brings it.
SHIPPED = (
    *JOINED,
    "img/dial.svg",
    "img/icons.svg",
    "img/logo.svg",
    "img/logo-on-red.svg",
    *_pictures("img/help"),
    *(_inter.format(subset) for subset in ("latin", "vietnamese", "latin-ext", "greek")),
    *(_titles.format(subset, weight) for subset in ("latin", "vietnamese") for weight in (600, 700)),
    "django_htmx/htmx-2.min.js",
)


class JoiningStorage(FileSystemStorage):
    """A folder in which a joined file reads as the whole of its parts, and is as new as the newest of them."""

    def _open(self, name: str, mode: str = "rb") -> File:
        if name in JOINED:
            return ContentFile(join(Path(self.location), name).encode(), name)
        return super()._open(name, mode)

    def get_modified_time(self, name: str) -> datetime:
        names = [name]
        if name in JOINED:
            names += [str(part.relative_to(self.location)) for part in parts_of(Path(self.location), name)]
        return max(super(JoiningStorage, self).get_modified_time(part) for part in names)


class _ShippedOnly:
    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator:
        for path, storage in super().list(ignore_patterns):
            prefix = getattr(storage, "prefix", None)
            if f"{prefix}/{path}" in SHIPPED if prefix else path in SHIPPED:
                yield path, storage


class ShippedFilesFinder(_ShippedOnly, FileSystemFinder):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for prefix, root in self.locations:
            if not prefix:
                self.storages[root] = JoiningStorage(location=root)


class ShippedAppFilesFinder(_ShippedOnly, AppDirectoriesFinder):
    """What installed packages bring along."""


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Names with a hash. Source maps are not shipped, so their mention is not followed."""

    patterns = tuple(
        (glob, tuple(p for p in found if "sourceMappingURL" not in (p if isinstance(p, str) else p[0])))
        for glob, found in CompressedManifestStaticFilesStorage.patterns
    )


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """Serves what pages load. The list of all files and their names lies beside them and is for us alone."""

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Any = None) -> None:
        if not url.startswith(f"{self.static_prefix}{ManifestStorage.manifest_name}"):
            super().add_file_to_dictionary(url, path, stat_cache=stat_cache)
