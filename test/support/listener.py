"""A server in a process of its own that writes down who called, a line a connection, and answers next to nothing.

As a PostgreSQL server it asks for the password in its own way, and writes down what it is given.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import subprocess
import sys
from pathlib import Path


class Listener:
    """Counts the calls at a port of this computer, whatever protocol they speak.

    Parameters
    ----------
    log : Path
    asks : int, optional
        As a PostgreSQL server, for a password: 3 in clear, 5 as its MD5 (``AuthenticationRequest``).
    """

    def __init__(self, log: Path, asks: int = 0) -> None:
        self.log = log
        self.log.write_bytes(b"")
        command = [sys.executable, __file__, str(log), str(asks)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def calls(self) -> list[str]:
        """First line of what each caller said, so far."""
        return self.log.read_text("utf-8", "replace").splitlines()

    def close(self) -> None:
        self.process.terminate()
        self.process.communicate()


def _password(caller: socket.socket, asks: int) -> bytes:
    while len(caller.recv(500)) == 8:
        caller.sendall(b"N")  # no TLS, no Kerberos
    caller.sendall(b"R" + struct.pack("!II", 12, 5) + b"salt" if asks == 5 else b"R" + struct.pack("!II", 8, asks))
    return caller.recv(500)


def _listen(log: Path, asks: int) -> None:
    with socket.socket() as server, log.open("ab", buffering=0) as out:
        server.bind(("127.0.0.1", 0))
        server.listen(64)
        print(server.getsockname()[1], flush=True)
        while True:
            caller, _ = server.accept()
            # It is written down before it is answered: who has an answer has been counted.
            with caller, contextlib.suppress(OSError):
                caller.settimeout(2)
                said = _password(caller, asks) if asks else caller.recv(500).partition(b"\n")[0]
                out.write(b"".join(bytes([letter]) if 31 < letter < 127 else b"." for letter in said) + b"\n")
                caller.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


if __name__ == "__main__":
    _listen(Path(sys.argv[1]), int(sys.argv[2]))
