"""Fixed replies of the API, for tests of what the widget makes of them."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import unquote
from uuid import UUID

from playwright.sync_api import Page, Request, Route

SESSION = str(UUID(int=7))
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Retry-After",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Allow-Methods": "*",
}
PROVENANCE: dict[str, str] = {
    "kind": "reworded",
    "label": "Reformulé d’après",
    "source_title": "Page de l’éditeur",
    "source_url": "https://www.example.org/certificats",
    "checked_on": "2026-11-23",
}
PASSAGE = "Trois ans"


def entry(entry_id: str, question: str, **changes: Any) -> dict[str, Any]:
    """An answer with a passage that responds best."""
    return {
        "entry_id": entry_id,
        "question": question,
        "answer_html": f"<p>{PASSAGE}, puis il se renouvelle.</p>",
        "answer_text": f"{PASSAGE}, puis il se renouvelle.",
        "answer_nodes": [
            {
                "tag": "p",
                "children": [{"tag": "mark", "children": [PASSAGE]}, ", puis il se renouvelle."],
            },
            {
                "tag": "ul",
                "children": [
                    {"tag": "li", "children": [{"tag": "strong", "children": ["avant"]}, " la fin"]}
                ],
            },
            {
                "tag": "p",
                "children": [
                    {
                        "tag": "a",
                        "href": "https://www.example.org/aide",
                        "children": ["Aide de l’éditeur"],
                    }
                ],
            },
        ],
        "theme": "certificats",
        "theme_label": "Certificats",
        "confidence": 0.97,
        "highlights": [[0, len(PASSAGE)]],
        "excerpt": f"{PASSAGE}, puis il se renouvelle.",
        "tentative": False,
        "provenance": PROVENANCE,
        **changes,
    }


def reply(status: str, *answers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A reply to a question; `FakeApi` numbers the interactions."""
    return {
        "session_id": SESSION,
        "status": status,
        "confidence": 0.97,
        "answers": list(answers),
        "suggestions": [{"entry_id": "F51", "question": "Comment renouveler un certificat ?"}],
        "fallback": None,
        "corpus_digest": "0" * 64,
        "model": "essai",
        "small_talk": None,
        **changes,
    }


FIRST = entry("F55", "Combien de temps vaut un certificat ?")
SECOND = entry("F53", "Qui délivre les certificats ?")
THIRD = entry("F52", "Où demander un certificat ?")
ANSWERED = reply("answered", FIRST, SECOND)
CLARIFY = reply("clarify", FIRST, SECOND, THIRD, confidence=0.4)
LIKELY = reply("clarify", {**FIRST, "tentative": True}, SECOND, THIRD, confidence=0.7)
NO_ANSWER = reply(
    "no_answer",
    confidence=0.1,
    fallback={"message": "La FAQ ne semble pas le dire.", "contact": "aide@example.org"},
)
COURTESY = reply(
    "no_answer",
    suggestions=[],
    small_talk="thanks",
    fallback={"message": "Avec plaisir ! Posez-en une autre.", "contact": "aide@example.org"},
)
LONG = reply(
    "answered",
    entry(
        "F11",
        "Une réponse de dix mille caractères",
        answer_nodes=[
            {"tag": "p", "children": ["Une phrase qui va à la ligne. " * 11]} for _ in range(30)
        ]
        + [{"tag": "pre", "children": [{"tag": "code", "children": ["sans-espace" * 30]}]}],
    ),
)
FAQ: dict[str, Any] = {
    "title": "FAQ d’essai",
    "publisher": "Éditeur d’essai",
    "notice": "Sources\u00a0: pages d’essai. Ce service n’est pas celui de l’éditeur.",
    "contact": "aide@example.org",
    "entry_count": 3,
    "themes": [{"id": "certificats", "label": "Certificats"}],
    "examples": [
        {"entry_id": "F55", "question": FIRST["question"]},
        {"entry_id": "F53", "question": SECOND["question"]},
    ],
}
SUGGESTIONS = [{"entry_id": it["entry_id"], "question": it["question"]} for it in (FIRST, SECOND)]

BODY_IN_HEADER = """
const { fetch } = globalThis;
globalThis.fetch = (url, init) => fetch(url, init.body
  ? { ...init, headers: { ...init.headers, Body: encodeURIComponent(init.body) } } : init);
"""
"""For Firefox: Playwright does not show what it posts."""

Handler: TypeAlias = Callable[[Route], object]


def failing(status: int, kind: str = "internal", **headers: str) -> Handler:
    """A refusal as the API words it."""
    body = json.dumps({"type": kind, "detail": "Détail du serveur."})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda route: route.fulfill(
        status=status, body=body, content_type="application/json", headers={**CORS, **named}
    )


class FakeApi:
    """Stands in for the API of one page.

    `chat` is what questions get; `next[path]` holds handlers that answer once before that. What was
    sent stands in `sent[path]`.
    """

    def __init__(self, page: Page, address: str, chat: dict[str, Any] = ANSWERED) -> None:
        self.chat = chat
        self.next: defaultdict[str, deque[Handler]] = defaultdict(deque)
        self.sent: defaultdict[str, list[Any]] = defaultdict(list)
        self._page = page
        browser = page.context.browser
        if browser and browser.browser_type.name == "firefox":
            page.add_init_script(BODY_IN_HEADER)
        page.route(f"{address}/api/v1/**", self._answer)

    def expect_sent(self, path: str, count: int) -> None:
        """Wait until so many requests have come; what the page shows does not tell."""
        for _ in range(3000):
            if len(self.sent[path]) >= count:
                break
            self._page.wait_for_timeout(10)
        assert len(self.sent[path]) == count

    def _answer(self, route: Route) -> None:
        request = route.request
        path = request.url.partition("/api/v1/")[2].partition("?")[0]
        self.sent[path].append(_posted(request) or request.url)
        if self.next[path]:
            self.next[path].popleft()(route)
            return
        status, body = self._reply(path, request)
        route.fulfill(status=status, json=body, headers=CORS)

    def _reply(self, path: str, request: Request) -> tuple[int, Any]:
        if path == "chat":
            number = len(self.sent["chat"])
            return 200, {"interaction_id": str(UUID(int=number)), **self.chat}
        if path == "faq":
            return 200, FAQ
        if path == "suggest":
            return 200, SUGGESTIONS
        return 201, _posted(request)


def _posted(request: Request) -> Any:
    body = request.headers.get("body")
    return json.loads(unquote(body)) if body else request.post_data_json
