"""A server in a process of its own that answers nothing and writes down who called: a line a connection."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
from pathlib import Path


class Listener:
    """Counts the calls at a port of this computer, whatever protocol they speak."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.log.write_bytes(b"")
        self.process = subprocess.Popen([sys.executable, __file__, str(log)], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def calls(self) -> list[str]:
        """First line of what each caller said, so far."""
        return self.log.read_text("utf-8", "replace").splitlines()

    def close(self) -> None:
        self.process.terminate()
        self.process.communicate()


def _listen(log: Path) -> None:
    with socket.socket() as server, log.open("ab", buffering=0) as out:
        server.bind(("127.0.0.1", 0))
        server.listen(64)
        print(server.getsockname()[1], flush=True)
        while True:
            caller, _ = server.accept()
            # It is written down before it is answered: who has an answer has been counted.
            with caller, contextlib.suppress(OSError):
                caller.settimeout(2)
                said = caller.recv(500).partition(b"\n")[0]
                out.write(b"".join(bytes([letter]) if 31 < letter < 127 else b"." for letter in said) + b"\n")
                caller.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


if __name__ == "__main__":
    _listen(Path(sys.argv[1]))
