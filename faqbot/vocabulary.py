"""The words that all rooms share: what became of a question, why, and who may look.

Each is defined here and nowhere else: the database stores these strings, the HTTP contract sends
them, and the console gives them French names.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Status: TypeAlias = Literal["answered", "clarify", "no_answer"]
"""What became of a question: asserted, asked back with two or three answers, or declined."""
SmallTalk: TypeAlias = Literal[
    "greeting", "thanks", "identity", "farewell", "acknowledged", "unclear"
]
"""What a message was that asked nothing; its status is then ``no_answer``. ``acknowledged``:
« ok », « oui », « j’ai une question ». ``unclear``: a single letter or digit, punctuation, an
emoji, or that an answer missed the question."""
AnswerKind: TypeAlias = Literal["entry", "glossary"]
"""What an answer is: an entry of the FAQ, or what its glossary says of an acronym."""
Role: TypeAlias = Literal["answer", "suggestion"]
"""``answer``: asserted, can be voted on. ``suggestion``: offered as a next question."""
Reason: TypeAlias = Literal["incorrect", "incomplete", "outdated", "off_topic", "other"]
"""Why an answer was not useful."""
Handoff: TypeAlias = Literal["mail", "form"]
"""How a conversation went to a person: ``mail``: in a message offered for the reader to send.
``form``: posted to the support's own tool."""
Signal: TypeAlias = Literal["negative_vote", "unanswered", "choice"]
"""Why a question is worth a reviewer's look."""
DecisionKind: TypeAlias = Literal[
    "right_entry", "missing_entry", "wrong_entry", "out_of_scope", "ignored"
]
"""What a reviewer decided about a signal."""
AccountRole: TypeAlias = Literal["reader", "reviewer", "publisher", "admin"]
"""Each may do what those before it may. ``reader``: sees the console. ``reviewer``: decides and
drafts. ``publisher``: publishes what others drafted. ``admin``: gives and withdraws access."""
ProvenanceKind: TypeAlias = Literal["verbatim", "reworded"]
"""``verbatim``: the publisher's own text. ``reworded``: written by us from a cited source."""
NoticeCode: TypeAlias = Literal["corpus_refused", "corpus_not_opened", "little_evidence"]
"""What is amiss with what is served; a label of ``/metrics``."""
Span: TypeAlias = tuple[int, int]
"""[start, end) in characters of a text."""
