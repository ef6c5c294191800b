"""What was done, a line for each step. The same seed writes the same lines: two logs show where a storm went astray."""

import json
from pathlib import Path
from typing import Any, TextIO


class Log:
    def __init__(self, path: Path | None = None) -> None:
        self.steps: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self.requests = 0
        self.file: TextIO | None = path.open("w") if path else None

    def begin(self, number: int, name: str, moment: str) -> None:
        self.steps.append({"n": number, "step": name, "on": moment, "did": []})

    def call(self, actor: Any, method: str, address: str, status: int) -> None:
        self.requests += 1
        self.note(f"{actor} {method} {address} {status}")

    def note(self, words: str) -> None:
        if self.steps:
            self.steps[-1]["did"].append(words)

    def end(self) -> None:
        if self.file:
            self.file.write(json.dumps(self.steps[-1], ensure_ascii=False) + "\n")
            self.file.flush()

    def fault(self, words: str) -> None:
        at = f"step {self.steps[-1]['n']} ({self.steps[-1]['step']}, {self.steps[-1]['on']}): " if self.steps else ""
        self.faults.append(at + words)
