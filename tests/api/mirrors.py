"""A client that keeps a copy of a list as docs/api.md says: a cursor, then the file, then changes for ever."""

import json
from typing import Any

from django.test import Client

CHANGES = "/api/v1/changes/"
Row = dict[str, Any]


def changes(client: Client, resource: str, since: str = "", **more: Any) -> Any:
    return client.get(CHANGES, {"resource": resource, "since": since, **more})


def exported(client: Client, resource: str) -> list[Row]:
    answer = client.get(f"/api/v1/{resource}/export/?output=ndjson")
    assert answer.status_code == 200, (resource, answer.content)
    return [json.loads(line) for line in b"".join(answer.streaming_content).decode().splitlines()]


class Mirror:
    def __init__(self, client: Client, resource: str, page_size: int = 200) -> None:
        self.client, self.resource, self.page_size = client, resource, page_size
        begun = changes(client, resource)
        assert begun.status_code == 200, (resource, begun.content)
        self.cursor = begun.json()["cursor"]
        self.rows, self.gone = self.as_kept(exported(client, resource)), 0

    def as_kept(self, rows: list[Row]) -> dict[Any, Row]:
        key = "id" if all("id" in row for row in rows) else "code"
        return {row[key]: row for row in rows}

    def catch_up(self) -> list[Row]:
        """What was told, in its order."""
        told: list[Row] = []
        while True:
            answer = changes(self.client, self.resource, self.cursor, page_size=self.page_size)
            assert answer.status_code == 200, (self.resource, answer.content)
            page = answer.json()
            for one in page["results"]:
                if one["row"] is None:
                    self.gone += self.rows.pop(one["id"], None) is not None
                else:
                    self.rows[one["id"]] = one["row"]
            told += page["results"]
            self.cursor = page["cursor"]
            if not page["more"]:
                return told

    def is_true(self) -> bool:
        return self.rows == self.as_kept(exported(self.client, self.resource))
