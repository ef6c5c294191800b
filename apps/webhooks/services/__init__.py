"""The door of other apps: `from apps.webhooks.services import publish, publish_many`."""

from apps.webhooks.services.publishing import Fact, publish, publish_many

__all__ = ["Fact", "publish", "publish_many"]
