import signal
from typing import Any

from django.core.management.base import BaseCommand

from apps.jobs.relay import Relay


class Command(BaseCommand):
    requires_system_checks = []  # they load every page; this process serves none
    help = "Publishes due jobs to the broker and sweeps those whose worker died. Ends on SIGTERM or SIGINT."

    def handle(self, *args: Any, **options: Any) -> None:
        relay = Relay()
        signal.signal(signal.SIGTERM, relay.stop)
        signal.signal(signal.SIGINT, relay.stop)
        relay.run()
