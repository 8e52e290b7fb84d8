"""``faqbot serve``: the web server, saying what happens until the page can be opened."""

from __future__ import annotations

import os
import signal
import socket
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import structlog
import typer
import uvicorn

from faqbot import memory
from faqbot.cli.connections import Connection
from faqbot.cli.output import progress_on_stderr, stderr
from faqbot.errors import SettingsError, StoreUnreachable
from faqbot.settings import LOOPBACK, Settings, resource_folder

if TYPE_CHECKING:
    from uvicorn.supervisors import Multiprocess

    from faqbot.api.service import Service

log = structlog.get_logger(__name__)

_WORKER_START_S = 60
"""Time a worker has to load the model before it is taken for dead, in seconds."""
_STOP_S = 10
"""Time for answers under way once the server is told to stop, in seconds."""


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Number of processes.")] = 1,
) -> None:
    """Serve the chat page and the API; fetch the model and build the index when needed."""
    memory.share_arenas()
    settings = Settings.from_env()
    bound = _bind(host, port)  # first: an occupied port should not cost a model's loading time
    # These bring the model and the web framework along: seconds, once the port is known to be ours.
    from faqbot.api.log_format import configure_logging
    from faqbot.api.metrics import SHARED
    from faqbot.api.service import Service
    from faqbot.api.widget_files import Widget
    from faqbot.application import create_app

    Widget.read(resource_folder("web") / "widget")  # or no worker could start
    configure_logging(settings.log_level)
    if settings.rate_limit == "off" and host not in LOOPBACK:
        log.warning("no_rate_limit", advice="set FAQBOT_RATE_LIMIT, for example to 30/minute")
    with progress_on_stderr() as progress:
        service = Service.start(settings, progress=progress)
    assistant = service.assistant
    application = create_app(service)
    _announce_console(service)
    address = f"http://{f'[{host}]' if ':' in host else host}:{bound.getsockname()[1]}"
    title = assistant.corpus.title
    log.info(
        "ready_to_serve",
        address=address,
        title=title,
        corpus=service.release or str(settings.corpus_dir),
        entries=len(assistant.corpus.entries),
        corpus_digest=assistant.corpus.digest[:12],
        model=assistant.embedder.model_id,
    )
    bound.listen()  # from here on a browser waits for the reply instead of being refused
    stderr().print(f"faqbot listens at {address} (Ctrl+C stops it) and serves: {title}")
    options = server_options(settings)
    if workers == 1:
        memory.settle()
        config = uvicorn.Config(application, **options)
        uvicorn.Server(config).run(sockets=[bound])
        return
    # What was loaded here made sure that all is in place; each worker loads its own.
    service.database.close()
    del application, service, assistant
    config = uvicorn.Config(
        "faqbot.application:create_worker_app",
        factory=True,
        workers=workers,
        timeout_worker_healthcheck=_WORKER_START_S,
        **options,
    )
    with TemporaryDirectory(prefix="faqbot-metrics-") as folder:
        os.environ[SHARED] = folder  # noqa: TID251 - for the workers
        _workers(config, bound).run()


def server_options(settings: Settings) -> dict[str, Any]:
    """Choose what uvicorn does beside serving: no log of its own, no client believed unasked."""
    return {
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "http": Connection,
        "timeout_graceful_shutdown": _STOP_S,
        "proxy_headers": bool(settings.trusted_proxies),
        "forwarded_allow_ips": list(settings.trusted_proxies),
    }


def _workers(config: uvicorn.Config, bound: socket.socket) -> Multiprocess:
    from uvicorn.supervisors import Multiprocess

    class Workers(Multiprocess):
        """Hands SIGHUP on, where uvicorn's own would replace every process."""

        in_terminal = os.isatty(0)

        def handle_hup(self) -> None:
            if self.in_terminal and not os.isatty(0):  # it tells that the terminal was closed
                self.handle_term()
                return
            for process in self.processes:
                if process.pid is not None and process.is_ready():
                    os.kill(process.pid, signal.SIGHUP)

    return Workers(config, sockets=[bound])


def _announce_console(service: Service) -> None:
    from faqbot.accounts.store import AccountStore

    if service.settings.secret_key is None:
        log.info("console_off", advice="set FAQBOT_SECRET_KEY to have it at /admin")
        return
    try:
        without_account = not AccountStore(service.database).count()
    except StoreUnreachable:  # which /readyz tells; answers do not wait for it
        without_account = False
    if without_account:
        log.warning("console_without_account", advice="faqbot admin create-user NAME --role …")
    else:
        log.info("console_on", path="/admin")


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        msg = f"cannot listen on {host} port {port}: {error.strerror}. Choose another with --port."
        raise SettingsError(msg) from None
    bound.set_inheritable(True)
    return bound
