"""Whom an address belongs to: limits on questions and on logins count alike."""

from __future__ import annotations

import pytest

from faqbot.addresses import subscriber


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("203.0.113.1", "203.0.113.1"),
        # As a socket for both families sees the same client.
        ("::ffff:203.0.113.1", "203.0.113.1"),
        ("2001:db8:0:1:2::3", "2001:db8:0:1::"),
        ("2001:db8:0:1::", "2001:db8:0:1::"),
        ("unix socket", ""),
        ("", ""),
    ],
)
def test_a_subscriber_is_one_address_or_one_network(host: str, owner: str) -> None:
    assert subscriber(host) == owner
