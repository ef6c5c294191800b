"""Facts to close."""

from tests.progress.conftest import by, enterprise, event

__all__ = ["by", "enterprise", "event"]
