from __future__ import annotations

import math
from datetime import UTC, date, datetime

import pytest

from faqbot import french
from faqbot.analytics.proportions import Proportion


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (french.integer(1234567), "1\u202f234\u202f567"),
        (french.integer(-3), "−3"),
        (french.decimal(1234.5), "1\u202f234,50"),
        (french.decimal(-0.001), "0,00"),
        (french.decimal(-0.25, 1), "−0,2"),
        (french.decimal(math.nan), "–"),
        (french.percent(0.746), "75\u00a0%"),
        (french.percent(math.nan), "–"),
        (french.interval(Proportion(1, 2)), "de 9\u00a0% à 91\u00a0%"),
        (french.interval(Proportion(0, 0)), "–"),
        (french.count(0, "question", "questions"), "0\u00a0question"),
        (french.count(2000, "question", "questions"), "2\u202f000\u00a0questions"),
        (french.day(date(2026, 3, 1)), "1er\u00a0mars\u00a02026"),
        (french.moment(datetime(2026, 7, 1, 22, 5, tzinfo=UTC)), "02/07/2026 à 0\u00a0h\u00a005"),
        (french.period(date(2026, 3, 2), "week"), "semaine du 2\u00a0mars\u00a02026"),
        (french.period(date(2026, 3, 1), "month"), "mars 2026"),
        (french.tick(date(2026, 2, 1), "month"), "févr. 26"),
        (french.tick(date(2026, 2, 3), "day"), "3\u00a0févr."),
    ],
)
def test_numbers_and_dates_are_written_as_in_french(written: str, expected: str) -> None:
    assert written == expected
