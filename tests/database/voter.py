"""A process that votes and chooses for ever and prints what was acknowledged: to be killed."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from faqbot.feedback.store import FeedbackStore
from tests.samples_of_use import interaction


def main(url: str) -> None:
    store = FeedbackStore.open(url)
    while True:
        asked = interaction(status="clarify")
        store.record(asked)
        store.vote(
            asked.id, "S01", useful=False, reason="other", comment=None, at=datetime.now(UTC)
        )
        store.choose(asked.id, "S02", at=datetime.now(UTC))
        print(asked.id, flush=True)  # noqa: T201 - the acknowledgement


if __name__ == "__main__":
    main(sys.argv[1])
