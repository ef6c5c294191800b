"""How anybody gets in: pages with their forms, the API by session and by token. Each answer is written down, and one
that begins with 5 is a fault at once.
"""

import json
from dataclasses import dataclass
from typing import Any

from apps.accounts.models import User
from tests.soak.storm import forms
from tests.soak.storm.actors import Actor
from tests.soak.storm.clock import Clock
from tests.soak.storm.log import Log

API = "/api/v1/"


@dataclass
class Answer:
    status: int
    body: bytes
    url: str  # where a page led to
    kind: str

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def told(self) -> Any:
        return json.loads(self.body) if "json" in self.kind else None

    @property
    def is_done(self) -> bool:
        return self.status in (200, 201, 202, 204, 302)


class Doors:
    def __init__(self, clock: Clock, log: Log) -> None:
        self.clock, self.log = clock, log

    def page(self, actor: Actor, address: str) -> forms.Page:
        answer = self.get(actor, address)
        whole = answer.text if answer.status == 200 and "html" in answer.kind else ""
        return forms.read(address, whole)

    def get(self, actor: Actor, address: str, **query: Any) -> Answer:
        return self._ask(actor, "GET", address, query)

    def post(self, actor: Actor, address: str, sent: dict[str, Any]) -> Answer:
        return self._ask(actor, "POST", address, {name: value for name, value in sent.items() if value is not None})

    def api(self, actor: Actor, method: str, address: str, told: Any = None, **query: Any) -> Answer:
        """A program calls by its token, a person by the session."""
        sent = query if method == "GET" else json.dumps(told or {})
        return self._ask(actor, method, API + address, sent, content_type="application/json")

    def _ask(self, actor: Actor, method: str, address: str, sent: Any, content_type: str = "") -> Answer:
        head: dict[str, str] = {}
        if actor.key and address.startswith(API):
            head["Authorization"] = f"Bearer {actor.key}"
        else:
            actor.sign_in(self.clock.today)
        ask = getattr(actor.client, method.lower())
        given = {"content_type": content_type} if content_type and method != "GET" else {}
        response = ask(address, sent, headers=head, **given)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        response.close()
        kind = response.headers.get("Content-Type", "")
        answer = Answer(response.status_code, body, response.headers.get("Location", ""), kind)
        self.log.call(actor, method, address, answer.status)
        if answer.status in (400, 409) and answer.told:
            self.log.note(f"refused: {_refusal(answer.told)}")
        if answer.status >= 500:
            self.log.fault(f"{method} {address} by {actor}: {answer.status} {_cause(response)} {_shown(sent)}")
        return answer

    def user(self, actor: Actor) -> User:
        return User.objects.get(pk=actor.pk)


def _refusal(told: dict[str, Any]) -> str:
    return f"{told.get('code')} {str(told.get('errors') or told.get('detail'))[:300]}"


def _cause(response: Any) -> str:
    import traceback

    raised = getattr(response, "exc_info", None)
    if not raised:
        return ""
    return "".join(traceback.format_exception(*raised)[-4:])


def _shown(sent: Any) -> str:
    return str(sent)[:400]
