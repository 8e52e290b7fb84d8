"""Who asks, as far as limits go."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network


def subscriber(host: str) -> str:
    """Tell whom an address belongs to: itself, of IPv6 its /64, which one subscriber has.

    What is no address counts as one subscriber, whatever it is.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or ip_network((address, 64), strict=False).network_address
    return str(address)
