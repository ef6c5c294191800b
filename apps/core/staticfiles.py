"""Static files: ours whole, of the front-end packages only the files that pages load."""

from collections.abc import Iterable, Iterator

from django.contrib.staticfiles.finders import FileSystemFinder
from whitenoise.storage import CompressedManifestStaticFilesStorage

SUBSETS = ("latin", "latin-ext", "vietnamese")
LISTED = {
    "vendor/tabler": {"tabler.min.css"},
    "vendor/echarts": {"echarts.min.js"},
    "vendor/inter": {"index.css"},
    "vendor/be-vietnam-pro": {"500.css", "600.css", "700.css"},
}


def is_listed(prefix: str, path: str) -> bool:
    """True for a file that a page loads: the named ones, and woff2 typefaces of any subset their style sheet names."""
    if prefix not in LISTED:
        return True
    return path in LISTED[prefix] or (path.startswith("files/") and path.endswith((".woff2", ".woff")))


class ListedFilesFinder(FileSystemFinder):
    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator:
        for path, storage in super().list(ignore_patterns):
            if is_listed(storage.prefix or "", path.replace("\\", "/")):
                yield path, storage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Names with a hash. Source maps are not shipped, so their mention is not followed."""

    patterns = tuple(
        (glob, tuple(p for p in found if "sourceMappingURL" not in (p if isinstance(p, str) else p[0])))
        for glob, found in CompressedManifestStaticFilesStorage.patterns
    )
