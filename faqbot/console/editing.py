"""Editing: drafts of entries, what they would change, their publication, and the releases.

None of these pages exists unless ``FAQBOT_EDITING`` is ``on``.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from faqbot.api.failures import Failure, Kind
from faqbot.api.presenter import EntryView
from faqbot.api.services import ServiceDep
from faqbot.console.access import Account, JournalDep, PublisherDep, ReviewerDep
from faqbot.console.addresses import see
from faqbot.console.days import today
from faqbot.console.frame import render_console
from faqbot.console.review_pages import wording
from faqbot.console.review_pages.forms import FormDep, Typed
from faqbot.console.review_pages.views import entries_by_theme
from faqbot.console.services import ConsoleDep
from faqbot.corpus.entry import Entry
from faqbot.editing.changes import drafted_folder, entry_of, forget_folders
from faqbot.editing.diffs import entry_diff, unified_diff
from faqbot.editing.drafts import DraftStore, EntryDraft, mark_of
from faqbot.errors import CorpusError, DraftConflict, ReleaseError
from faqbot.progress import silent
from faqbot.releases import current_release, listed, publish, release_before, roll_back, texts
from faqbot.review.drafts import FIELDS, Faults, next_entry_id
from faqbot.review.store import DecisionStore

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

REASON_LIMIT = 500
_PATIENCE_S = 2.0
"""Seconds that a page waits for a draft to be tried."""
_REFRESH_S = 5


class EditingDesk:
    """Drafts and releases, as one request works with them."""

    def __init__(self, request: Request, service: ServiceDep, journal: JournalDep) -> None:
        self._request = request
        self.settings, self.database = service.settings, service.database
        self.assistant, self.corpus = service.assistant, service.corpus
        self.drafts = DraftStore(service.database)
        self.known_ids = DecisionStore(service.database).known_ids
        self.record = journal.record
        self.release = cast("str", service.release)  # the settings see to it that it is one

    def find(self, entry_id: str) -> EntryDraft:
        """Find a draft, or answer that there is none."""
        if draft := self.drafts.find(entry_id):
            return draft
        raise Failure(Kind.NOT_FOUND)

    def served(self, entry_id: str) -> Entry | None:
        """Return an entry as it is served; None when it is not."""
        return self.corpus.by_id.get(entry_id)

    def view(self, entry: Entry | None) -> EntryView | None:
        """Describe an entry as the chat shows it."""
        return EntryView.of(entry, self.corpus) if entry else None

    def page(
        self, name: str, account: Account, context: Mapping[str, Any], code: int = 200
    ) -> HTMLResponse:
        """Render a page."""
        context = {"errors": wording.ERRORS, **context}
        template = f"console/{name}.html"
        return render_console(self._request, template, context, account, "drafts", status_code=code)

    def form(
        self,
        account: Account,
        entry_id: str,
        typed: Mapping[str, str],
        draft: EntryDraft | None,
        faults: Faults | None = None,
        preview: Entry | None = None,
    ) -> HTMLResponse:
        """Render the form, with what was typed."""
        base = self.served(entry_id)
        context = {
            "entry_id": entry_id,
            "base": self.view(base),
            "served": mark_of(base),
            "draft": draft,
            "typed": typed,
            "found": faults or {},
            "preview": self.view(preview),
            "theme_labels": self.corpus.theme_labels,
        }
        return self.page("draft_form", account, context, 422 if faults else 200)

    def keep(self, written: EntryDraft, draft: EntryDraft | None) -> Faults:
        """Keep a draft with which the corpus is valid."""
        try:
            drafted_folder(self.database, self.settings, self.release, written)
            self.drafts.save(written, replaces=draft.digest if draft else None)
        except CorpusError as error:
            return _faults_of(error)
        except DraftConflict:
            return {"form": ("draft_changed", "")}
        return {}

    def drop(self, draft: EntryDraft) -> None:
        """Erase a draft with what was made to try it."""
        self.drafts.discard(draft)
        forget_folders(self.settings, draft.entry_id)


DeskDep = Annotated[EditingDesk, Depends()]


@router.get("/admin/drafts")
def drafts_page(desk: DeskDep, account: ReviewerDep) -> HTMLResponse:
    """List the drafts, and offer to begin one."""
    context = {"drafts": desk.drafts.all(), "themes": entries_by_theme(desk.corpus)}
    return desk.page("drafts", account, context)


@router.get("/admin/drafts/edit")
def edit_page(desk: DeskDep, account: ReviewerDep, entry: str = "") -> HTMLResponse:
    """Show the form of an entry, filled with its draft, or as it is served; blank for a new one."""
    draft, base = desk.drafts.find(entry), desk.served(entry)
    if entry and not draft and not base:
        raise Failure(Kind.NOT_FOUND)
    typed = _typed_of((draft.entry if draft else None) or base)
    return desk.form(account, entry, typed | {"reason": draft.reason if draft else ""}, draft)


@router.post("/admin/drafts/edit")
def save(desk: DeskDep, account: ReviewerDep, form: FormDep) -> Response:
    """Keep a draft, or show how the chat would show it; nothing that was typed is lost."""
    sent = {name: text for name, text in form.items() if isinstance(text, str)}
    entry_id, action = (sent.get(name, "") for name in ("entry", "action"))
    draft, base = desk.drafts.find(entry_id), desk.served(entry_id)
    typed = Typed.of_form(form).draft
    beside = ("variants", "review_by", "reason")
    typed |= {name: sent.get(f"draft-{name}", "").strip() for name in beside}
    saved_id = entry_id or next_entry_id(desk.corpus.by_id, desk.known_ids())
    entry, faults = None, Faults()
    if action != "retire":
        entry, faults = entry_of(typed, saved_id, desk.corpus, today(), desk.drafts.all())
    if action != "preview":
        faults |= _form_faults(sent, typed["reason"], base, draft)
    if action != "preview" and not faults:
        others = (it for it in (draft.authors if draft else ()) if it != account.name)
        written = EntryDraft(
            entry_id=saved_id,
            base=base,
            entry=entry,
            reason=typed["reason"],
            authors=(*others, account.name),
            updated_at=datetime.now(UTC),
        )
        faults = desk.keep(written, draft)
        if not faults:
            desk.record(account.name, "draft.saved", saved_id)
            return see(f"/admin/drafts/{saved_id}")
    return desk.form(account, entry_id, typed, draft, faults, entry)


@router.get("/admin/drafts/{entry_id}")
def draft_page(
    desk: DeskDep, account: ReviewerDep, console: ConsoleDep, entry_id: str, fault: str = ""
) -> HTMLResponse:
    """Show a draft, what it would change, and the form to publish it."""
    draft = desk.find(entry_id)
    trial = console.trials.of(draft, desk.release, desk.database, desk.settings, desk.assistant)
    trial.join(_PATIENCE_S)
    faults = Faults()
    if trial.refused:  # what was published since does not go with it
        faults = _faults_of(trial.refused)
        if draft.entry:  # a form that says it says it in plain words
            faults = entry_of(_typed_of(draft.entry), entry_id, desk.corpus, today())[1] or faults
    context = {
        "draft": draft,
        "view": desk.view(draft.entry),
        "diff": entry_diff(draft.base, draft.entry),
        "trial": trial,
        "faults": faults,
        "entries": desk.corpus.answers,
        "own": account.name in draft.authors,
        "fault": fault,
        "stale": mark_of(draft.base) != mark_of(desk.served(entry_id)),
    }
    page = desk.page("draft", account, context)
    if not (trial.impact or trial.error):
        page.headers["Refresh"] = str(_REFRESH_S)
    return page


@router.post("/admin/drafts/{entry_id}/discard")
def discard(desk: DeskDep, account: ReviewerDep, form: FormDep, entry_id: str) -> Response:
    """Erase a draft as it was read."""
    draft = desk.find(entry_id)
    try:
        if form.get("digest") != draft.digest:
            raise DraftConflict(entry_id)
        desk.drop(draft)
    except DraftConflict:
        return see(f"/admin/drafts/{entry_id}?fault=unread")
    desk.record(account.name, "draft.discarded", entry_id)
    return see("/admin/drafts")


@router.post("/admin/drafts/{entry_id}/publish")
def publish_draft(desk: DeskDep, account: PublisherDep, form: FormDep, entry_id: str) -> Response:
    """Make a release of a draft that others wrote, as it was read."""
    draft = desk.find(entry_id)
    refused = {
        "own_draft": account.name in draft.authors,
        "unread": form.get("digest") != draft.digest,
        "stale": mark_of(draft.base) != mark_of(desk.served(entry_id)),
    }
    for fault in (name for name, holds in refused.items() if holds):
        return see(f"/admin/drafts/{entry_id}?fault={fault}")
    try:
        digest = publish(
            desk.database,
            drafted_folder(desk.database, desk.settings, desk.release, draft),
            author=f"{', '.join(draft.authors)} (publication\u00a0: {account.name})",
            note=f"{entry_id}\u00a0: {draft.reason}",
            base=desk.release,
            progress=silent,
            embedder=desk.assistant.embedder,
        )
    except (ReleaseError, CorpusError):
        return see(f"/admin/drafts/{entry_id}?fault=not_published")
    details = {"entry": entry_id, "authors": list(draft.authors)}
    desk.record(account.name, "release.published", digest[:12], details)
    with suppress(DraftConflict):  # somebody has gone on with it: that stays
        desk.drop(draft)
    return see("/admin/releases?done=published")


@router.get("/admin/releases")
def releases_page(desk: DeskDep, account: ReviewerDep, done: str = "") -> HTMLResponse:
    """List the releases, newest first."""
    return desk.page("releases", account, {"releases": listed(desk.database), "done": done})


@router.get("/admin/releases/{digest}")
def release_page(desk: DeskDep, account: ReviewerDep, digest: str) -> HTMLResponse:
    """Show what a release changed against the one that it was published instead of."""
    known = {it["digest"]: it for it in listed(desk.database)}
    if digest not in known:
        raise Failure(Kind.NOT_FOUND)
    earlier = release_before(desk.database, digest)
    before, after = (texts(desk.database, it) if it else {} for it in (earlier, digest))
    diff = unified_diff(before, after) if earlier else ""
    context = {"release": known[digest], "earlier": earlier, "diff": diff}
    return desk.page("release", account, context)


@router.post("/admin/releases/{digest}/rollback")
def rollback(desk: DeskDep, account: PublisherDep, form: FormDep, digest: str) -> Response:
    """Make an earlier release current again, instead of the one that was seen to be."""
    seen = str(form.get("current"))
    try:
        found = roll_back(desk.database, digest, base=seen)
    except ReleaseError:
        current = current_release(desk.database)
        if current == digest:  # the same form came twice
            return see("/admin/releases?done=rolled_back")
        return see(f"/admin/releases?done={'refused' if current == seen else 'changed'}")
    desk.record(account.name, "release.rollback", found[:12])
    return see("/admin/releases?done=rolled_back")


def _typed_of(entry: Entry | None) -> dict[str, str]:
    if entry is None:
        blank = dict.fromkeys((*FIELDS, "variants", "review_by"), "")
        return blank | {"checked_on": today().isoformat()}
    source = entry.provenance
    return {
        **{name: getattr(entry, name) for name in ("question", "answer", "theme")},
        **{name: getattr(source, name) for name in ("source_title", "source_url")},
        "variants": "\n".join(entry.variants),
        "checked_on": source.checked_on.isoformat(),
        "review_by": entry.review_by.isoformat() if entry.review_by else "",
    }


def _faults_of(error: CorpusError) -> Faults:
    return {"form": ("bad_corpus", "; ".join(map(str, error.problems)))}


def _form_faults(
    sent: Mapping[str, str], reason: str, base: Entry | None, draft: EntryDraft | None
) -> Faults:
    """Say what is wrong with the reason, and whether somebody was faster."""
    faults = Faults()
    if not reason or len(reason) > REASON_LIMIT:
        faults["reason"] = ("too_long" if reason else "empty", str(REASON_LIMIT))
    if sent.get("served", "") != mark_of(base):
        faults["form"] = ("served_changed", "")
    if sent.get("replaces", "") != (draft.digest if draft else ""):
        faults["form"] = ("draft_changed", draft.authors[-1] if draft else "")
    return faults
