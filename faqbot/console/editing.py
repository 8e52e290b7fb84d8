"""Editing: drafts of entries, what they would change, their publication, and the releases.

None of these pages exists unless ``FAQBOT_EDITING`` is ``on``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from faqbot.api.failures import Failure, Kind
from faqbot.api.presenter import EntryView
from faqbot.api.service import Service
from faqbot.api.services import ServiceDep
from faqbot.console.access import Account, JournalDep, PublisherDep, ReviewerDep
from faqbot.console.addresses import see
from faqbot.console.days import today
from faqbot.console.frame import render_console
from faqbot.console.review_pages import wording as review_wording
from faqbot.console.review_pages.forms import FormDep, Typed
from faqbot.console.review_pages.views import entries_by_theme
from faqbot.console.services import TrialsDep
from faqbot.corpus.entry import Entry
from faqbot.editing.changes import Faults, drafted_folder, entry_of, forget_folders, new_id
from faqbot.editing.diffs import entry_diff, unified_diff
from faqbot.editing.drafts import DraftStore, EntryDraft, mark_of
from faqbot.editing.impact import effects
from faqbot.errors import CorpusError, DraftConflict, ReleaseError
from faqbot.progress import silent
from faqbot.releases import listed, publish, roll_back, texts

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

REASON_LIMIT = 500
_PATIENCE_S = 2.0
"""Seconds that a page waits for a draft to be tried."""
_REFRESH_S = 5

FAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **review_wording.ERRORS,
        "variant_taken": (
            "{about} est déjà une formulation\u00a0: supprimez cette ligne ou changez-en les mots."
        ),
        "variant_too_long": (
            "La ligne «\u00a0{about}…\u00a0» est trop longue\u00a0: 300\u00a0caractères au plus."
        ),
        "source_not_read": (
            "La réponse a changé\u00a0: relisez sa source et dites quel jour vous l’avez consultée."
        ),
        "bad_corpus": "La FAQ ne serait plus valable\u00a0: {about}",
        "served_changed": (
            "La fiche publiée a changé depuis que vous l’avez ouverte. Votre saisie est gardée "
            "ci-dessous\u00a0: comparez-la à la fiche d’aujourd’hui, puis enregistrez de nouveau."
        ),
        "draft_changed": (
            "{about} a modifié ou abandonné le brouillon de cette fiche depuis que vous l’avez "
            "ouvert. Votre saisie est gardée ci-dessous\u00a0: l’enregistrer de nouveau "
            "remplacera le brouillon de l’autre personne."
        ),
        "own_draft": (
            "Vous avez rédigé ce brouillon\u00a0: une autre personne qui a le rôle "
            "«\u00a0Publication\u00a0» doit le publier."
        ),
        "stale": (
            "La fiche publiée a changé depuis que ce brouillon a été enregistré\u00a0: ouvrez-le, "
            "comparez, puis enregistrez-le de nouveau."
        ),
        "unread": "Le brouillon a changé entre-temps\u00a0: relisez-le avant de le publier.",
        "not_published": (
            "Rien n’a été publié\u00a0: une autre version vient de l’être, ou celle-ci est "
            "trop grande. Relisez l’effet du brouillon, puis recommencez."
        ),
    }
)
"""What is wrong with a field, or with a whole form, by code."""


def _drafts(service: ServiceDep) -> DraftStore:
    return DraftStore(service.database)


DraftsDep = Annotated[DraftStore, Depends(_drafts)]


@router.get("/admin/drafts")
def drafts_page(
    request: Request, service: ServiceDep, account: ReviewerDep, drafts: DraftsDep
) -> HTMLResponse:
    """List the drafts, and offer to begin one."""
    context = {"drafts": drafts.all(), "themes": entries_by_theme(service.corpus)}
    return render_console(request, "console/drafts.html", context, account, "drafts")


@router.get("/admin/drafts/edit")
def edit_page(
    request: Request,
    service: ServiceDep,
    account: ReviewerDep,
    drafts: DraftsDep,
    entry: str = "",
) -> HTMLResponse:
    """Show the form of an entry, filled with its draft, or as it is served; blank for a new one."""
    draft, base = _known(service, drafts, entry)
    typed = _typed_of((draft.entry if draft else None) or base)
    typed["reason"] = draft.reason if draft else ""
    return _form_page(request, service, account, entry, typed, draft)


@router.post("/admin/drafts/edit")
def save(
    request: Request,
    service: ServiceDep,
    account: ReviewerDep,
    drafts: DraftsDep,
    journal: JournalDep,
    form: FormDep,
) -> Response:
    """Keep a draft, or show how the chat would show it; nothing that was typed is lost."""
    sent = {name: text for name, text in form.items() if isinstance(text, str)}
    entry_id, action = (sent.get(name, "") for name in ("entry", "action"))
    draft, base = _known(service, drafts, entry_id)
    typed = Typed.of_form(form).draft | {"variants": sent.get("draft-variants", "")}
    typed["reason"] = sent.get("draft-reason", "").strip()
    saved_id = entry_id or new_id(service.corpus, (it.entry_id for it in drafts.all()))
    entry: Entry | None = None
    faults: Faults = {}
    if action != "retire":
        entry, faults = entry_of(typed, saved_id, service.corpus, today())
    if action != "preview":
        faults |= _form_faults(sent, typed["reason"], base, draft)
    if action != "preview" and not faults:
        written = EntryDraft(
            entry_id=saved_id,
            base=base,
            entry=entry,
            reason=typed["reason"],
            authors=tuple(dict.fromkeys([*(draft.authors if draft else ()), account.name])),
            updated_at=datetime.now(UTC),
        )
        faults = _keep(service, drafts, written, draft)
        if not faults:
            journal.record(account.name, "draft.saved", saved_id)
            return see(f"/admin/drafts/{saved_id}")
    return _form_page(
        request, service, account, entry_id, typed, draft, faults=faults, preview=entry
    )


@router.get("/admin/drafts/{entry_id}")
def draft_page(
    request: Request,
    service: ServiceDep,
    account: ReviewerDep,
    drafts: DraftsDep,
    trials: TrialsDep,
    entry_id: str,
    fault: str = "",
) -> HTMLResponse:
    """Show a draft, what it would change, and the form to publish it."""
    draft = _found(drafts, entry_id)
    trial = trials.of(
        draft, _release(service), service.database, service.settings, service.assistant
    )
    trial.finished.wait(_PATIENCE_S)
    stale = mark_of(draft.base) != mark_of(service.corpus.by_id.get(entry_id))
    context = {
        "draft": draft,
        "view": EntryView.of(draft.entry, service.corpus) if draft.entry else None,
        "diff": entry_diff(draft.base, draft.entry),
        "trial": trial,
        "effects": effects(trial.impact.evaluated) if trial.impact else {},
        "entries": service.corpus.answers,
        "own": account.name in draft.authors,
        "fault": FAULTS["stale"] if stale else FAULTS.get(fault, ""),
        "stale": stale,
    }
    page = render_console(request, "console/draft.html", context, account, "drafts")
    if not trial.finished.is_set():
        page.headers["Refresh"] = str(_REFRESH_S)
    return page


@router.post("/admin/drafts/{entry_id}/discard")
def discard(
    service: ServiceDep,
    account: ReviewerDep,
    drafts: DraftsDep,
    journal: JournalDep,
    form: FormDep,
    entry_id: str,
) -> Response:
    """Erase a draft as it was read."""
    draft = _found(drafts, entry_id)
    if form.get("digest") != draft.digest:
        return see(f"/admin/drafts/{entry_id}?fault=unread")
    drafts.discard(draft)
    forget_folders(service.settings, entry_id)
    journal.record(account.name, "draft.discarded", entry_id)
    return see("/admin/drafts")


@router.post("/admin/drafts/{entry_id}/publish")
def publish_draft(
    service: ServiceDep,
    account: PublisherDep,
    drafts: DraftsDep,
    journal: JournalDep,
    form: FormDep,
    entry_id: str,
) -> Response:
    """Make a release of a draft that others wrote, as it was read."""
    draft, base = _found(drafts, entry_id), _release(service)
    fault = None
    if account.name in draft.authors:
        fault = "own_draft"
    elif form.get("digest") != draft.digest:
        fault = "unread"
    elif mark_of(draft.base) != mark_of(service.corpus.by_id.get(entry_id)):
        fault = "stale"
    if fault:
        return see(f"/admin/drafts/{entry_id}?fault={fault}")
    try:
        digest = publish(
            service.database,
            drafted_folder(service.database, service.settings, base, draft),
            author=f"{', '.join(draft.authors)} (publication\u00a0: {account.name})",
            note=f"{entry_id}\u00a0: {draft.reason}",
            base=base,
            progress=silent,
            embedder=service.assistant.embedder,
        )
    except (ReleaseError, CorpusError):
        return see(f"/admin/drafts/{entry_id}?fault=not_published")
    details = {"entry": entry_id, "authors": list(draft.authors)}
    journal.record(account.name, "release.published", digest[:12], details)
    drafts.discard(draft)
    forget_folders(service.settings, entry_id)
    return see("/admin/releases?done=published")


@router.get("/admin/releases")
def releases_page(
    request: Request, service: ServiceDep, account: ReviewerDep, done: str = ""
) -> HTMLResponse:
    """List the releases, newest first."""
    context = {"releases": listed(service.database), "done": done}
    return render_console(request, "console/releases.html", context, account, "drafts")


@router.get("/admin/releases/{digest}")
def release_page(
    request: Request, service: ServiceDep, account: ReviewerDep, digest: str
) -> HTMLResponse:
    """Show what a release changed against the one made before it."""
    known = listed(service.database)
    place = next((n for n, it in enumerate(known) if it["digest"] == digest), None)
    if place is None:
        raise Failure(Kind.NOT_FOUND)
    earlier = known[place + 1] if place + 1 < len(known) else None
    before = texts(service.database, earlier["digest"]) if earlier else {}
    diff = unified_diff(before, texts(service.database, digest)) if earlier else ""
    context = {"release": known[place], "earlier": earlier, "diff": diff}
    return render_console(request, "console/release.html", context, account, "drafts")


@router.post("/admin/releases/{digest}/rollback")
def rollback(
    service: ServiceDep, account: PublisherDep, journal: JournalDep, digest: str
) -> Response:
    """Make an earlier release current again."""
    try:
        found = roll_back(service.database, digest)
    except ReleaseError:
        return see("/admin/releases?done=refused")
    journal.record(account.name, "release.rollback", found[:12])
    return see("/admin/releases?done=rolled_back")


def _form_page(
    request: Request,
    service: Service,
    account: Account,
    entry_id: str,
    typed: Mapping[str, str],
    draft: EntryDraft | None,
    *,
    faults: Faults | None = None,
    preview: Entry | None = None,
) -> HTMLResponse:
    base, faults = service.corpus.by_id.get(entry_id), faults or {}
    context: dict[str, Any] = {
        "entry_id": entry_id,
        "base": EntryView.of(base, service.corpus) if base else None,
        "served": mark_of(base),
        "draft": draft,
        "typed": typed,
        "faults": {
            name: FAULTS[code].format(limit=about, place=about, about=about)
            for name, (code, about) in faults.items()
        },
        "preview": EntryView.of(preview, service.corpus) if preview else None,
        "theme_labels": service.corpus.theme_labels,
    }
    return render_console(
        request,
        "console/draft_form.html",
        context,
        account,
        "drafts",
        status_code=422 if faults else 200,
    )


def _known(
    service: Service, drafts: DraftStore, entry_id: str
) -> tuple[EntryDraft | None, Entry | None]:
    """Find the draft of an entry and what is served; neither is there for a new one."""
    draft, base = drafts.find(entry_id), service.corpus.by_id.get(entry_id)
    if entry_id and not draft and not base:
        raise Failure(Kind.NOT_FOUND)
    return draft, base


def _found(drafts: DraftStore, entry_id: str) -> EntryDraft:
    draft = drafts.find(entry_id)
    if draft is None:
        raise Failure(Kind.NOT_FOUND)
    return draft


def _release(service: Service) -> str:
    return cast("str", service.release)  # the settings see to it that releases are served


def _typed_of(entry: Entry | None) -> dict[str, str]:
    if entry is None:
        blank = ("question", "answer", "theme", "source_title", "source_url", "variants")
        return dict.fromkeys(blank, "") | {"checked_on": today().isoformat()}
    return {
        "question": entry.question,
        "answer": entry.answer,
        "variants": "\n".join(entry.variants),
        "theme": entry.theme,
        "source_title": entry.provenance.source_title,
        "source_url": entry.provenance.source_url,
        "checked_on": entry.provenance.checked_on.isoformat(),
    }


def _form_faults(
    sent: Mapping[str, str], reason: str, base: Entry | None, draft: EntryDraft | None
) -> Faults:
    """Say what is wrong with the reason, and who was faster."""
    faults: Faults = {}
    if not reason or len(reason) > REASON_LIMIT:
        faults["reason"] = ("too_long" if reason else "empty", str(REASON_LIMIT))
    if sent.get("served", "") != mark_of(base):
        faults["form"] = ("served_changed", "")
    if sent.get("replaces", "") != (draft.digest if draft else ""):
        faults["form"] = ("draft_changed", draft.authors[-1] if draft else "Quelqu’un")
    return faults


def _keep(
    service: Service, drafts: DraftStore, written: EntryDraft, draft: EntryDraft | None
) -> Faults:
    """Keep a draft with which the corpus is valid."""
    try:
        drafted_folder(service.database, service.settings, _release(service), written)
        drafts.save(written, replaces=draft.digest if draft else None)
    except CorpusError as error:
        return {"form": ("bad_corpus", "; ".join(map(str, error.problems)))}
    except DraftConflict:
        return {"form": ("draft_changed", "Quelqu’un d’autre")}
    return {}
