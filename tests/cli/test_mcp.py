"""`faqbot mcp`, asked by the protocol's own client."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters, stdio_client

from faqbot.assistant import Assistant
from faqbot.cli.mcp import server_for
from faqbot.settings import Settings

PROXY = "Le Proxy e-Santé est-il obligatoire ?"


def called(server: Any, name: str, **arguments: Any) -> Any:
    async def call() -> Any:
        async with Client(server) as client:
            return await client.call_tool(name, arguments)

    return asyncio.run(call())


def test_the_tools_only_read(assistant: Assistant) -> None:
    async def listed() -> Any:
        async with Client(server_for(assistant)) as client:
            return (await client.list_tools()).tools

    tools = asyncio.run(listed())
    assert {tool.name for tool in tools} == {"ask", "get_entry", "list_themes"}
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)


def test_a_question_is_answered_as_everywhere_else(assistant: Assistant) -> None:
    body = called(server_for(assistant), "ask", question=PROXY).structured_content
    assert body["status"] == assistant.ask(PROXY).status == "answered"
    assert body["answers"][0]["entry_id"] == "S05"
    assert "est obligatoire pour répondre" in body["answers"][0]["answer_text"]
    assert body["answers"][0]["provenance"]["source_url"].startswith("https://")
    assert "answer_html" not in body["answers"][0]


def test_a_theme_narrows_what_is_answered(assistant: Assistant) -> None:
    server = server_for(assistant)
    (themes,) = called(server, "list_themes").structured_content.values()
    assert [theme["id"] for theme in themes] == list(assistant.corpus.theme_labels)
    assert sum(len(theme["entries"]) for theme in themes) == 58
    body = called(server, "ask", question=PROXY, themes=["cnda"]).structured_content
    assert all(answer["theme"] == "cnda" for answer in body["answers"])


def test_an_entry_is_given_whole(assistant: Assistant) -> None:
    body = called(server_for(assistant), "get_entry", entry_id="S05").structured_content
    assert body["question"] == assistant.corpus.by_id["S05"].question


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("ask", {"question": " "}, "write 1 to"),
        ("ask", {"question": "?", "themes": ["x"]}, "unknown themes ['x'] (known: habilitation"),
        ("get_entry", {"entry_id": "S50"}, "holds no entry S50"),
    ],
)
def test_what_is_wrong_is_told(
    name: str, arguments: dict[str, Any], told: str, assistant: Assistant
) -> None:
    result = called(server_for(assistant), name, **arguments)
    assert result.is_error
    assert told in result.content[0].text


def test_the_command_speaks_over_its_standard_streams(
    assistant: Assistant, settings: Settings
) -> None:
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "faqbot", "mcp"],
        env={"FAQBOT_INDEX_DIR": str(settings.index_dir)},
        cwd=Path(__file__).parents[2],
    )
    body = called(stdio_client(command), "ask", question=PROXY).structured_content
    assert body["answers"][0]["entry_id"] == "S05"


def test_the_command_speaks_over_http(assistant: Assistant, settings: Settings) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    words = [sys.executable, "-m", "faqbot", "mcp", "--http", "--port", str(port)]
    environment = {**os.environ, "FAQBOT_INDEX_DIR": str(settings.index_dir)}  # noqa: TID251 - a child's
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stderr
            for line in process.stderr:
                if "running on" in line:
                    break
            address = f"http://127.0.0.1:{port}/mcp"
            body = called(address, "get_entry", entry_id="S05").structured_content
        finally:
            process.terminate()
    assert body["entry_id"] == "S05"
