"""A process that opens a database when it is told to."""

from __future__ import annotations

import sys

from faqbot.feedback.store import FeedbackStore


def main(url: str) -> None:
    print("ready", flush=True)  # noqa: T201 - the starting line
    sys.stdin.readline()
    with FeedbackStore.open(url) as store:
        store.check()


if __name__ == "__main__":
    main(sys.argv[1])
