"""``faqbot widget``: what to paste into a page to embed the chat."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Annotated, Literal

import typer

from faqbot.api import snippets
from faqbot.api.widget_files import Widget
from faqbot.cli.output import stderr
from faqbot.corpus.reading import read_corpus
from faqbot.errors import SettingsError
from faqbot.settings import Settings, resource_folder, service_address

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep ``snippet`` a word of its own, though it is the only one."""


@app.command()
def snippet(
    endpoint: Annotated[
        str | None,
        typer.Option(help="The service's own address; default: FAQBOT_PUBLIC_URL."),
    ] = None,
    mode: Annotated[
        Literal["launcher", "inline"], typer.Option(help="A floating button, or within the page.")
    ] = "launcher",
    theme: Annotated[
        Literal["neutral", "convergence", "dsfr"], typer.Option(help="Colours and shapes.")
    ] = "neutral",
    color_scheme: Annotated[
        Literal["auto", "light", "dark"], typer.Option(help="auto: as the visitor prefers.")
    ] = "auto",
    lang: Annotated[
        Literal["fr", "en"] | None, typer.Option(help="Default: the page's own language.")
    ] = None,
    theme_filter: Annotated[
        str, typer.Option(help="Ids of the FAQ's themes to keep to, separated by commas.")
    ] = "",
    heading: Annotated[str, typer.Option(help="Title of the panel; default: the FAQ's.")] = "",
    iframe: Annotated[
        bool, typer.Option("--iframe", help="A frame, for pages that allow no script of others.")
    ] = False,
    pinned: Annotated[
        bool,
        typer.Option(
            "--pinned/--unpinned",
            help="These very modules, with their hashes; or one line that follows each update.",
        ),
    ] = True,
) -> None:
    """Print the HTML to paste into a page, and what its Content-Security-Policy must allow."""
    settings = Settings.from_env()
    address = _address(endpoint or settings.public_url or "http://127.0.0.1:8000")
    given: dict[str, str] = {"mode": mode, "theme": theme, "color-scheme": color_scheme}
    given |= {"lang": lang or "", "theme-filter": theme_filter, "heading": heading}
    corpus = read_corpus(settings.corpus_dir)
    _check_themes(theme_filter, corpus.theme_labels)
    look = snippets.look_of(given, corpus)
    if iframe:
        html = snippets.iframe(address, look)
    elif pinned:
        widget = Widget.read(resource_folder("web") / "widget")
        html = snippets.pinned(address, look, widget)
    else:
        html = snippets.unpinned(address, look)
    policy = "; ".join(snippets.policy(address, framed=iframe))
    note = "a Content-Security-Policy of the page has to allow"
    typer.echo(f"{html}\n\n<!-- {note}: {policy} -->")
    _advise(settings, pinned=pinned and not iframe)


def _advise(settings: Settings, *, pinned: bool) -> None:
    speak = stderr().print
    if settings.allowed_origins:
        allowed = ", ".join(settings.allowed_origins)
        speak(f"Pages of these sites may embed it (FAQBOT_ALLOWED_ORIGINS): {allowed}")
    else:
        speak(
            "No other site may embed it yet: start the service with FAQBOT_ALLOWED_ORIGINS set to "
            "their origins, such as https://www.example.org"
        )
    if pinned:
        speak(
            "Print and paste it again after each update of faqbot, or take the one-line "
            "--unpinned snippet, which follows updates and has no hashes."
        )


def _address(endpoint: str) -> str:
    try:
        return service_address(endpoint)
    except ValueError as error:
        msg = f"--endpoint: {error}"
        raise SettingsError(msg) from None


def _check_themes(wanted: str, known: Collection[str]) -> None:
    for name in re.findall(r"[^\s,]+", wanted):
        if name not in known:
            msg = f"--theme-filter: the FAQ has no theme {name!r} (known: {', '.join(known)})"
            raise SettingsError(msg)
