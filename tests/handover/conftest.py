from collections.abc import Iterator

import pytest

from apps.webhooks import outbound
from tests.webhooks.receiver import HOST, Papers, Receiver, make_papers, receiving

KEY = "khoa-cua-he-thong-quoc-gia-0123456789abcdef"
ADDRESS = f"https://{HOST}/tiep-nhan"


@pytest.fixture(scope="session")
def papers(tmp_path_factory) -> Papers:
    return make_papers(tmp_path_factory.mktemp("papers"))


@pytest.fixture
def system(papers, monkeypatch, settings) -> Iterator[Receiver]:
    """The national system's stand-in: it lies outside, and the guard stays as it is."""
    settings.NATIONAL_REPORTING_URL, settings.NATIONAL_REPORTING_KEY = ADDRESS, KEY
    monkeypatch.setattr(outbound, "PATIENCE", 60.0)  # a busy machine is no slow system
    with receiving(papers) as here:
        monkeypatch.setattr(outbound, "OUTSIDE", outbound.Outside(here.look_up, here.dial, here.trust))
        yield here
