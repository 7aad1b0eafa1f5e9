"""A stand-in for Rasa over real HTTP: what it ranks is our own classifier's opinion, and it fails as told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.model.classifier import Classifier
from dialogs.understanding.text import HAN
from tests.real.listening import listening

Ranks = Callable[[str], dict[str, float]]
Mood = Callable[["Answer", "StandIn", str], None]
"""How a request is answered: given the means to answer, the stand-in and the text."""


@dataclass
class StandIn:
    """What the server was asked, and how it takes what it is asked next."""

    ranks: Ranks
    mood: Mood
    token: str = ""
    texts: list[str] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def classified(playbook: Playbook) -> Ranks:
    """Rankings as a trained Rasa would give them, under the names that it knows."""
    classifiers = {code: Classifier(said.intents) for code, said in playbook.examples.items()}

    def ranks(text: str) -> dict[str, float]:
        guess = classifiers["zh" if HAN.search(text) else "en"].guess(text)
        chances = zip(guess.labels, map(float, guess.chances), strict=True)
        return {label.replace("/", "."): chance for label, chance in chances}

    return ranks


def well(answer: Answer, stand_in: StandIn, text: str) -> None:
    """As Rasa answers."""
    answer.send(200, parsed(text, stand_in.ranks(text)))


def broken(answer: Answer, _stand_in: StandIn, _text: str) -> None:
    answer.send(500, b'{"version": "3.6.21", "status": "failure", "reason": "ParsingError", "code": 500}')


def garbage(answer: Answer, _stand_in: StandIn, _text: str) -> None:
    answer.send(200, b"<html>It works!</html>")


def hanging(_answer: Answer, stand_in: StandIn, _text: str) -> None:
    """Say nothing until the test is over."""
    stand_in.over.wait(30)


def dripping(answer: Answer, stand_in: StandIn, text: str) -> None:
    """A proper answer, a byte at a time, slower than anybody has time for."""
    body = parsed(text, stand_in.ranks(text))
    answer.begin(200, len(body))
    for byte in body:
        answer.wfile.write(bytes([byte]))
        answer.wfile.flush()
        if stand_in.over.wait(0.05):
            return


def endless(answer: Answer, stand_in: StandIn, _text: str) -> None:
    """An answer that never ends, as fast as it can be read."""
    answer.begin(200, 10**12)
    while not stand_in.over.is_set():
        answer.wfile.write(b" " * 65536)


def saying(body: object) -> Mood:
    """Always this JSON, whatever was asked."""
    return lambda answer, _stand_in, _text: answer.send(200, json.dumps(body).encode())


def slowly(seconds: float) -> Mood:
    """As Rasa answers, later."""

    def mood(answer: Answer, stand_in: StandIn, text: str) -> None:
        time.sleep(seconds)
        well(answer, stand_in, text)

    return mood


def parsed(text: str, ranks: dict[str, float]) -> bytes:
    """The body of an answer to `/model/parse`, with the keys that Rasa 3.6.21 gives."""
    ranking = [{"name": name, "confidence": chance} for name, chance in sorted(ranks.items(), key=lambda one: -one[1])]
    body = {"text": text, "intent": ranking[0], "entities": [], "text_tokens": [], "intent_ranking": ranking}
    return json.dumps(body).encode()


class Answer(BaseHTTPRequestHandler):
    """One connection; kept open, as Rasa keeps them."""

    protocol_version = "HTTP/1.1"
    stand_in: StandIn

    def setup(self) -> None:
        super().setup()
        self.stand_in.connections += 1

    def do_GET(self) -> None:
        if self.path.startswith("/version"):
            return self.send(200, b'{"version": "3.6.21", "minimum_compatible_version": "3.6.21"}')
        if not self._is_welcome():
            return self.send(401, b'{"status": "failure", "reason": "NotAuthenticated"}')
        return self.send(200, b'{"model_file": "models/shop.tar.gz", "model_id": "1", "num_active_training_jobs": 0}')

    def do_POST(self) -> None:
        text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"]
        if not self._is_welcome():
            return self.send(401, b'{"status": "failure", "reason": "NotAuthenticated"}')
        self.stand_in.texts.append(text)
        with suppress(OSError):  # whoever asked has lost patience
            self.stand_in.mood(self, self.stand_in, text)
        return None

    def send(self, status: int, body: bytes) -> None:
        self.begin(status, len(body))
        self.wfile.write(body)

    def begin(self, status: int, length: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: a test that fails shows what it needs."""

    def _is_welcome(self) -> bool:
        given = parse_qs(urlsplit(self.path).query).get("token", [""])[0]
        return given == self.stand_in.token


def standing_in(ranks: Ranks, mood: Mood = well, token: str = "") -> AbstractContextManager[StandIn]:
    """A stand-in on a free port, gone when the block ends."""
    return listening(StandIn(ranks, mood, token), Answer)
