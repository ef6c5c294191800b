"""Logs as lines of JSON, each with the id of its request, for whatever collects them."""

from typing import Any

import structlog
from structlog.typing import EventDict


def without_secrets(logger: Any, name: str, line: EventDict) -> EventDict:
    """Addresses that open a door by themselves never stand in a log: not in Django's own lines about a refused form or
    a fault, nor in a traceback. The routes are known only once the portal is loaded, hence the import here."""
    from apps.core.scrubbing import scrub

    return {key: scrub(value) if isinstance(value, str) else value for key, value in line.items()}


# Of a line that came by Python's own logging; the handler knows no other.
JSON_LINES = {
    "()": structlog.stdlib.ProcessorFormatter,
    "foreign_pre_chain": [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ],
    "processors": [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        without_secrets,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ],
}


def json_logging(level: str) -> dict[str, Any]:
    """Django's LOGGING. Sets structlog up as well: both write the same lines."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": JSON_LINES},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"level": "INFO"},
            "django.request": {"level": "ERROR"},
            "axes": {"level": "WARNING"},
            "celery": {"level": "INFO"},
        },
    }
