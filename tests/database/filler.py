"""A process whose files may not grow past a limit, as on a full disk: it votes until refused."""

from __future__ import annotations

import resource
import sys
from datetime import UTC, datetime

from faqbot.errors import StoreUnavailable
from faqbot.feedback.store import FeedbackStore
from tests.samples_of_use import interaction


def main(url: str) -> None:
    with FeedbackStore.open(url) as store:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
        try:
            while True:
                asked = interaction(question="?" * 10_000)
                store.record(asked)
                store.vote(
                    asked.id, "S01", useful=True, reason=None, comment=None, at=datetime.now(UTC)
                )
                print(asked.id, flush=True)  # noqa: T201 - the acknowledgement
        except StoreUnavailable as error:
            print(error, file=sys.stderr)  # noqa: T201 - what the test looks at


if __name__ == "__main__":
    main(sys.argv[1])
