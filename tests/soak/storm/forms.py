"""A page as a browser's person uses it: its links, its forms, and what could be filled in."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import html

NOT_TYPED = {"submit", "button", "image", "reset", "file", "search"}
LEAVES = ("/accounts/", "/account/", "/static/", "/api/", "logout")  # not what a storm of work presses


@dataclass
class Form:
    address: str
    values: dict[str, Any] = field(default_factory=dict)  # what it would send as it stands
    choices: dict[str, list[str]] = field(default_factory=dict)
    ticks: dict[str, list[str]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)  # name: kind
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Page:
    address: str
    links: list[str]
    forms: list[Form]


def read(address: str, body: str) -> Page:
    """Forms that are sent by POST; links that lead on within the portal."""
    if not body.strip():
        return Page(address, [], [])
    tree = html.fromstring(body)
    links = [*tree.xpath("//a/@href"), *tree.xpath("//*/@hx-get")]
    led = sorted({_inside(address, link) for link in links} - {""})
    return Page(address, led, list(_forms(address, tree)))


def _inside(address: str, link: str) -> str:
    whole = urlsplit(urljoin(f"http://testserver{address}", link.strip()))
    if whole.netloc != "testserver" or any(part in whole.path for part in LEAVES) or "export=" in whole.query:
        return ""
    return whole.path + (f"?{whole.query}" if whole.query else "")


def _forms(address: str, tree: Any) -> Iterator[Form]:
    for element in tree.xpath("//form"):
        target = element.get("hx-post") or (element.get("action") if _posts(element) else None)
        if target is None and not _posts(element):
            continue
        to = _inside(address, target or address)
        if to:
            yield _form(to, element, tree)
    for element in tree.xpath("//*[self::button or self::a][@hx-post][not(ancestor::form)]"):
        if to := _inside(address, element.get("hx-post")):
            yield Form(to)


def _posts(element: Any) -> bool:
    return (element.get("method") or "").lower() == "post" or element.get("hx-post") is not None


def _form(address: str, element: Any, tree: Any) -> Form:
    form = Form(address)
    own = element.xpath(".//input|.//select|.//textarea|.//button")
    if element.get("id"):
        own += tree.xpath("//*[@form=$id]", id=element.get("id"))
    for one in own:
        if one.get("name") and one.get("disabled") is None:
            _take(form, one)
    return form


def _take(form: Form, one: Any) -> None:
    name, kind = one.get("name"), (one.get("type") or "text").lower()
    if one.tag == "select":
        form.choices[name] = [option.get("value", option.text or "") for option in one.xpath(".//option")]
        chosen = one.xpath(".//option[@selected]")
        form.values[name] = chosen[0].get("value", "") if chosen else (form.choices[name] or [""])[0]
    elif one.tag == "textarea":
        form.values[name], form.texts[name] = (one.text or "").lstrip("\n"), "long"
    elif one.tag == "button" or kind in ("submit", "image"):
        if one.tag != "button" or kind in ("text", "submit"):
            form.buttons.append((name, one.get("value", "")))
    elif kind in ("checkbox", "radio"):
        (form.ticks if kind == "checkbox" else form.choices).setdefault(name, []).append(one.get("value", "on"))
        if one.get("checked") is not None:
            form.values[name] = one.get("value", "on")
    elif kind == "hidden":
        form.values[name] = one.get("value", "")
    elif kind not in NOT_TYPED:
        form.values[name], form.texts[name] = one.get("value", ""), one.get("inputmode") or kind


def filled(form: Form, dice: random.Random, today: date) -> dict[str, Any]:
    """As somebody fills it who mostly knows what is asked."""
    sent = dict(form.values)
    for name, options in form.choices.items():
        real = [one for one in options if one]
        if real and (not sent.get(name) or dice.random() < 0.3):
            sent[name] = dice.choice(real)
    for name, values in form.ticks.items():
        if name not in sent and dice.random() < 0.5:
            sent[name] = dice.choice(values)
    for name, kind in form.texts.items():
        if not sent.get(name) or dice.random() < 0.15:
            sent[name] = _typed(name, kind, dice, today)
    if form.buttons:
        button, value = dice.choice(form.buttons)
        sent[button] = value
    return sent


def _typed(name: str, kind: str, dice: random.Random, today: date) -> str:
    if kind in ("numeric", "decimal", "number"):
        return str(dice.choice([0, 1, 2, 3, 5, 12, 40, 100, 2026, 2027]))
    if kind == "email":
        return f"nguoi-{dice.randrange(10_000)}@so.example"
    if kind == "tel":
        return "0241234567"
    if kind == "date" or name.endswith(("_on", "date", "last_day", "valid_from", "valid_to", "day")):
        ahead = dice.randrange(1, 60) if "due" in name or "to" in name else -dice.randrange(0, 20)
        return f"{today + timedelta(days=ahead):%d/%m/%Y}"
    if name.endswith(("number", "code")):
        return f"{dice.randrange(1, 9999)}/QĐ-BM"
    return dice.choice(["Đã đối chiếu hồ sơ", "Bổ sung theo văn bản", "Rà soát lại", "Theo đề nghị của đơn vị"])
