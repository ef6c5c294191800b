"""What /metrics tells now, as a program that watches reads it."""

from dataclasses import dataclass

from django.test import Client
from prometheus_client.openmetrics.parser import text_string_to_metric_families


@dataclass(frozen=True)
class Told:
    name: str
    labels: dict[str, str]
    value: float

    def has(self, labels: dict[str, str]) -> bool:
        return labels.items() <= self.labels.items()


def scrape(client: Client | None = None) -> list[Told]:
    response = (client or Client()).get("/metrics")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    families = text_string_to_metric_families(response.content.decode())
    return [Told(one.name, one.labels, one.value) for family in families for one in family.samples]


def number(told: list[Told], name: str, **labels: str) -> float | None:
    """Of one sample; None where there is none."""
    found = [one.value for one in told if one.name == name and one.has(labels)]
    assert len(found) < 2, (name, labels)
    return found[0] if found else None
