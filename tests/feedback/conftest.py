from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse

from apps.feedback.models import Feedback

SAID = {"kind": "unclear", "text": "Không biết nhập ô 5.1 thế nào.", "page": "/tasks/", "incident": ""}


@pytest.fixture
def send(client, own_counts, reference) -> Callable[..., HttpResponse]:
    """As the form of a stranger sends it."""

    def post(**given: Any) -> HttpResponse:
        return client.post("/feedback/", SAID | given)

    return post


@pytest.fixture
def said(reference) -> Callable[..., Feedback]:
    def make(text: str = "Nút Nộp ở đâu?", **given: Any) -> Feedback:
        return Feedback.objects.create(**({"kind": "idea", "text": text, "page": "/tasks/"} | given))

    return make
