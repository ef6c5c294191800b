"""From where a request came. One answer for limits, audit and the list of one's sessions."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

NOWHERE = "0.0.0.0"  # noqa: S104  # a socket without addresses: all its visitors count as one


def client_address(request: HttpRequest) -> str:
    """The true address: what the outermost of our own proxies saw. What the client itself writes into
    X-Forwarded-For stands left of that and is never read, so neither forging nor rotating it helps.
    """
    told = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    behind = settings.PROXY_COUNT
    if behind and len(told) >= behind and (address := _readable(told[-behind])):
        return address
    return _readable(request.META.get("REMOTE_ADDR", "")) or NOWHERE


def client_network(request: HttpRequest) -> str:
    """The address that is counted. Of IPv6 every household owns 2^64, which count as one."""
    address = ip_address(client_address(request))
    if address.version == 4:
        return str(address)
    return str(ip_network((address, 64), strict=False).network_address)


def comes_from(request: HttpRequest, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    """Whether it was sent from one of these networks, as far as that can be known. What came by fewer or other proxies
    than PROXY_COUNT says has no address to go by: behind a proxy that nobody told us of all seem to be neighbours.
    """
    told = request.META.get("HTTP_X_FORWARDED_FOR")
    if told is not None and not 0 < settings.PROXY_COUNT <= len(told.split(",")):
        return False
    address = ip_address(client_address(request))
    return any(address in network for network in networks)


def _readable(text: str) -> str | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)
