"""Warnings that strangers can provoke: seldom enough that nobody can fill the log with them."""

from __future__ import annotations

from time import monotonic

_EVERY_S = 3600.0
_REMEMBERED = 100
_LONGEST = 255


class LogThrottle:
    """Lets each subject be spoken of once an hour, and few subjects at all."""

    def __init__(self) -> None:
        self._spoken_at: dict[str, float] = {}

    def allows(self, subject: str) -> bool:
        """Tell whether to speak of a subject now; it counts as spoken of then.

        It is not its turn while a hundred others were spoken of within the hour, so neither log
        nor memory grows with what a client invents.

        Args:
            subject: Whatever a client sent; not kept when it is absurdly long.
        """
        now = monotonic()
        if len(subject) > _LONGEST or now - self._spoken_at.get(subject, -_EVERY_S) < _EVERY_S:
            return False
        if len(self._spoken_at) >= _REMEMBERED:
            self._spoken_at = {
                known: at for known, at in self._spoken_at.items() if now - at < _EVERY_S
            }
        if len(self._spoken_at) >= _REMEMBERED:
            return False
        self._spoken_at[subject] = now
        return True
