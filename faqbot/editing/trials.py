"""Drafts that are tried in the background, one at a time.

What evaluates is imported when one is: to serve needs none of it.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from faqbot.editing.drafts import DraftStore, EntryDraft
from faqbot.errors import CorpusError

if TYPE_CHECKING:
    from faqbot.editing.impact import Impact, Served

log = logging.getLogger(__name__)

_KEPT = 16
_turn = threading.Lock()


class Trial(threading.Thread):
    """Tries one draft beside the chat; ends with the process."""

    def __init__(self, draft: EntryDraft, release: str, served: Served) -> None:
        # What a thread is given it forgets in the end: a former assistant is not kept for this.
        super().__init__(target=self._try, args=(draft, release, served), daemon=True)
        self.done = 0
        self.total = 0
        """0 while the index is made."""
        self.impact: Impact | None = None
        self.error: Exception | None = None

    @property
    def refused(self) -> CorpusError | None:
        """Why the draft does not go with the release, if it does not."""
        return self.error if isinstance(self.error, CorpusError) else None

    def _try(self, draft: EntryDraft, release: str, served: Served) -> None:
        """Try it, when no other one is being tried, unless it has been saved anew or is gone."""
        try:
            from faqbot.editing.impact import impact_of

            with _turn:
                if DraftStore(served[0]).find(draft.entry_id) == draft:
                    self.impact = impact_of(draft, release, served, self._progress)
        except Exception as error:
            self.error = error
            log.warning("draft_not_tried", exc_info=error)

    def _progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total


class Trials:
    """Remembers what came of the drafts that were tried."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._trials: OrderedDict[tuple[str, str], Trial] = OrderedDict()

    def of(self, draft: EntryDraft, release: str, *served: *Served) -> Trial:
        """Begin to try a draft, or tell how far that has got.

        After a failure it is tried again, unless it does not go with the release; and so is one
        that was saved anew while it waited, and is what it was before again.

        Args:
            release: The one that is served.
            served: The database, the settings and the assistant that it is served with.
        """
        key = (draft.digest, release)
        with self._lock:
            trial = self._trials.get(key)
            if trial is None or not (trial.is_alive() or trial.impact or trial.refused):
                trial = self._trials[key] = Trial(draft, release, served)
                trial.start()
            while len(self._trials) > _KEPT:
                self._trials.popitem(last=False)
        return trial
