"""Database servers that the panel's work may connect to: the user is asked about each once, and the answer is kept."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .engine_thread import on_main_thread
from .settings import PanelSetting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ...delineation.core.connections import Server

_ONE_BY_ONE = threading.Lock()  # two threads that want one server ask one question
_ask: list[Callable[[Server], bool]] = []  # the panel's question, as long as there is a panel


@contextmanager
def asking_by(ask: Callable[[Server], bool]) -> Iterator[None]:
    """Have servers that nobody has said anything of asked about by a function on the main thread."""
    _ask.append(ask)
    try:
        yield
    finally:
        _ask.remove(ask)


def allowed(server: Server) -> bool:
    """Say whether a server may be connected to; called in the thread of the work, which waits for the answer."""

    def answer() -> None:
        PanelSetting.HOSTS.set({**PanelSetting.HOSTS.get(), server.host: _ask[-1](server)})

    with _ONE_BY_ONE:
        if server.host not in PanelSetting.HOSTS.get() and _ask:
            on_main_thread(answer, until=lambda: not _ask)
        return PanelSetting.HOSTS.get().get(server.host) is True
