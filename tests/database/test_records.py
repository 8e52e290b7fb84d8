from __future__ import annotations

from datetime import datetime

import pytest

from tests.samples_of_use import interaction


def test_an_interaction_refuses_a_time_without_zone() -> None:
    with pytest.raises(ValueError, match="asked_at must carry a time zone, got 2026-11-23T12"):
        interaction(asked_at=datetime(2026, 11, 23, 12))
