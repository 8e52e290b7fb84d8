from __future__ import annotations

from contextlib import AsyncExitStack

import pytest

from faqbot.api.failures import Failure
from faqbot.api.turns import WAITING, Turns


async def test_more_than_can_be_answered_soon_is_refused_at_once() -> None:
    turns = Turns(at_once=1)
    turns._present = WAITING  # as many wait
    async with AsyncExitStack() as held:
        await held.enter_async_context(turns.taken())
        with pytest.raises(Failure) as refused:
            await held.enter_async_context(turns.taken())
    assert (refused.value.status_code, refused.value.type) == (503, "busy")
    assert int(refused.value.headers["Retry-After"]) > 0
    assert turns._present == WAITING


async def test_a_turn_ends_whatever_happens_in_it() -> None:
    turns = Turns(at_once=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            async with turns.taken():
                raise ZeroDivisionError
    async with turns.taken():
        assert turns._present == 1
