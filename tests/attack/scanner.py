"""A scanner that speaks clamd's INSTREAM, and finds what everybody finds to try a scanner with."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass
class StandIn:
    """What it saw, and how it is to behave."""

    address: str = ""
    says: bytes = b""
    waits: float = 0.0
    seen: list[bytes] = field(default_factory=list)


@contextmanager
def clamd() -> Iterator[StandIn]:
    """Served on a free port."""
    stand_in = StandIn()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            command = self.rfile.read(len(b"zINSTREAM\0"))
            assert command == b"zINSTREAM\0"
            content = b""
            while length := int.from_bytes(self.rfile.read(4)):
                assert length <= 64 * 1024
                content += self.rfile.read(length)
            stand_in.seen.append(content)
            time.sleep(stand_in.waits)
            found = b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
            self.wfile.write(stand_in.says or found)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.daemon_threads = True
        stand_in.address = f"127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield stand_in
        server.shutdown()
