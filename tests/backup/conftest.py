from pathlib import Path
from typing import Any

import pyrage
import pytest

from program996.backup.store import Store


@pytest.fixture(scope="session")
def key() -> Any:
    return pyrage.x25519.Identity.generate()


@pytest.fixture(scope="session")
def recipients(key) -> list[Any]:
    return [key.to_public()]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    (tmp_path / "store").mkdir()
    return Store(tmp_path / "store").open()
