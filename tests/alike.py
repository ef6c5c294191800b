"""A list's .csv, which PostgreSQL puts together, beside what its table says cell by cell."""

from django.test import Client

from apps.core.export import csv_lines, rows_of


def assert_files_say_the_same(client: Client, address: str, *, rows: int = 1) -> None:
    """To the last byte, for people and for programmes. `rows`: how many there are at least."""
    table = client.get(address).context["table"]
    assert len(table.data) >= rows
    for asked in ("", "plain"):
        said = "".join(csv_lines(rows_of(table), for_programmes=asked == "plain"))
        answer = client.get(f"{address}{'&' if '?' in address else '?'}export=csv&csv={asked}")
        sent = b"".join(answer.streaming_content).decode()
        assert sent.splitlines() == said.splitlines()
        assert sent == said
