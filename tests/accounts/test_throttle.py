"""Login attempts are slowed down for all servers together, and nobody is locked out."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from faqbot.accounts.throttle import LoginThrottle
from faqbot.database.engines import open_database
from faqbot.database.interface import Database
from tests.samples_of_use import MINUTE, NOON

KEY = "a key for tests, of more than 32 characters"
ALICE_AT_HOME = ("alice", "203.0.113.1")


@pytest.fixture
def throttle(database: Database) -> LoginThrottle:
    return LoginThrottle(database, KEY)


def delays(throttle: LoginThrottle, tries: Iterable[tuple[str, str]]) -> list[float]:
    """Try, one after the other, none being refused."""
    admissions = [throttle.admit(*one) for one in tries]
    assert {refused for refused, _ in admissions} == {0}
    return [delay for _, delay in admissions]


def test_a_name_that_is_tried_too_often_is_slow_and_others_are_not(throttle: LoginThrottle) -> None:
    tries = [("alice", f"203.0.113.{number}") for number in range(30)]
    assert delays(throttle, tries) == [0] * 10 + [*range(1, 10)] + [10] * 11
    assert delays(throttle, [("bob", "203.0.113.1")]) == [0]


def test_many_tries_at_many_names_from_many_addresses_are_slow(throttle: LoginThrottle) -> None:
    tries = [(f"name{number}", f"203.0.113.{number}") for number in range(65)]
    assert delays(throttle, tries) == [0] * 60 + [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("addresses", "elsewhere"),
    [
        (["203.0.113.1"] * 31, "203.0.113.2"),
        # One subscriber has a whole network of the new addresses.
        ([f"2001:db8::{number:x}" for number in range(31)], "2001:db8:0:1::1"),
    ],
)
def test_a_client_cannot_try_name_after_name(
    throttle: LoginThrottle, addresses: list[str], elsewhere: str
) -> None:
    tries = [(f"name{number}", address) for number, address in enumerate(addresses)]
    delays(throttle, tries[:30])
    assert 0 < throttle.admit(*tries[30]).refused_for_s <= 15 * 60
    assert throttle.admit("another", elsewhere).refused_for_s == 0


def test_what_is_tried_at_one_server_counts_at_all_of_them(
    throttle: LoginThrottle, url: str
) -> None:
    delays(throttle, [ALICE_AT_HOME] * 30)
    with open_database(url) as database:
        assert LoginThrottle(database, KEY).admit(*ALICE_AT_HOME).refused_for_s > 0


def test_old_tries_are_forgotten_and_none_can_be_read(
    throttle: LoginThrottle, database: Database
) -> None:
    for _ in range(30):
        throttle.admit(*ALICE_AT_HOME, at=NOON)
    with database.reading() as connection:
        kept = str(connection.exec_driver_sql("SELECT * FROM login_tries").all())
    assert not [secret for secret in (*ALICE_AT_HOME, "203.0") if secret in kept]
    assert throttle.admit(*ALICE_AT_HOME, at=NOON + 5 * MINUTE).refused_for_s == 600
    assert throttle.admit(*ALICE_AT_HOME, at=NOON + 16 * MINUTE) == (0, 0)
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM login_tries").scalar_one() == 1


def test_a_clock_that_was_set_back_locks_nobody_out(throttle: LoginThrottle) -> None:
    for _ in range(30):
        throttle.admit(*ALICE_AT_HOME, at=NOON)
    assert throttle.admit(*ALICE_AT_HOME, at=NOON - 60 * MINUTE) == (0, 0)


def test_a_socket_for_both_families_does_not_make_one_client_of_all(
    throttle: LoginThrottle,
) -> None:
    delays(throttle, [(f"name{number}", "::ffff:203.0.113.1") for number in range(30)])
    assert throttle.admit("alice", "203.0.113.1").refused_for_s > 0
    assert throttle.admit("alice", "::ffff:203.0.113.2").refused_for_s == 0
