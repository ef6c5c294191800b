"""Which addresses the portal calls when somebody has typed them in: the form of the text, and where its name leads.

Kept narrow on purpose. What is refused here though it would be harmless costs a receiver another name; what is let
through though it is not opens the office's own network. There is no setting that opens it.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 500
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# The last label of letters only: no number in decimal, octal or hexadecimal stands in the place of a name.
_HOST = rf"(?:{_LABEL}\.)+[A-Za-z]{{2,63}}"
_PLAIN = r"[A-Za-z0-9._~!$&'()*+,;=:@/-]"
_ESCAPED = r"%(?!2[eEfF]|5[cC]|[01]|7[fF])[0-9A-Fa-f]{2}"  # no slash, backslash, dot or control sign in disguise
_TARGET = rf"(?:/(?:{_PLAIN}|{_ESCAPED})*)?(?:\?(?:{_PLAIN}|\?|{_ESCAPED})*)?"
_ADDRESS = re.compile(rf"https://(?P<host>{_HOST})(?P<target>{_TARGET})", re.ASCII)

_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_V6 = IPv6Network("2000::/3")  # of this alone addresses are given out
# Said one by one, as the library's `is_global` differs from version to version; both are asked.
_NOT_V4 = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    )
]  # fmt: skip
# Protocol assignments with Teredo and ORCHID, documentation, 6to4: their traffic ends who knows where.
_NOT_V6 = [IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]


@dataclass(frozen=True)
class Address:
    host: str
    target: str  # path and query

    def __str__(self) -> str:
        return f"https://{self.host}{self.target}"


def parse(text: str) -> Address:
    """An https address by name, at the usual port; without user, fragment, or a host in an odd form."""
    found = _ADDRESS.fullmatch(text) if len(text) <= LONGEST else None
    host = found["host"].lower() if found else ""
    if found is None or len(host) > 253 or any(label.startswith("xn--") for label in host.split(".")):
        words = _(
            "Nhập địa chỉ dạng https://tên-miền/đường-dẫn: dùng tên miền, không ghi cổng, tên người dùng hay dấu #."
        )
        raise ValidationError(words, code="address")
    target = found["target"]
    return Address(host, target if target.startswith("/") else f"/{target}")


def is_plain_global(text: str) -> bool:
    """Whether the number is one that the whole world reaches, and leads to one host."""
    try:
        number = ip_address(text)
    except ValueError:
        return False
    return _is_global_v4(number) if isinstance(number, IPv4Address) else _is_global_v6(number)


def _is_global_v4(number: IPv4Address) -> bool:
    return number.is_global and not any(number in network for network in _NOT_V4)


def _is_global_v6(number: IPv6Address) -> bool:
    if number.scope_id:
        return False
    if number.ipv4_mapped:
        return _is_global_v4(number.ipv4_mapped)
    if number in _NAT64:  # the way out of a network that has no IPv4 of its own
        return _is_global_v4(IPv4Address(int(number) & 0xFFFFFFFF))
    return number.is_global and number in _GLOBAL_V6 and not any(number in network for network in _NOT_V6)
