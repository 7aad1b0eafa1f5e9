"""Ten customers talk to two versions of Amends, and a page shows both: `python docs/chats.py [--before COMMIT]`.

Each version is served by itself, on a database of its own, from a worktree of its commit; the packages are those of the
interpreter that runs this. The customers are those of `ten_customers.yml`: each opens as it does, answers what it is
asked for by name, sets right what its summary has wrong, and stops at a reference, a person or after 25 messages.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen
from uuid import uuid4

import yaml

ROOT = Path(__file__).parent.parent
PAGE, CUSTOMERS = ROOT / "docs" / "ten-chats.md", ROOT / "docs" / "ten_customers.yml"
OLDEST = "0679014"
"""The first commit that can be served."""
_MOST, _PATIENCE = 25, 300
_GIT = "git"
_COMES = re.compile(r"colleague (?:will|takes|answers|is coming)|(?:同事|人工).{0,12}(?:会|將|将|回复|接手)")
"""By these words the first version says that a person comes; today's names it (`custom.person`)."""


@dataclass(slots=True)
class Chat:
    """One customer's chat with one version, as it went."""

    address: str
    token: str
    lines: list[str] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    sender: str = field(default_factory=lambda: uuid4().hex)
    said: int = 0
    custom: dict[str, Any] = field(default_factory=dict)
    case: str = ""
    person: str = ""

    def say(self, text: str) -> None:
        """Write, and take down the answers."""
        body = {"sender": self.sender, "message": text, "metadata": {"message_id": uuid4().hex}}
        request = Request(f"{self.address}/webhooks/rest/webhook", json.dumps(body).encode())
        request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        with urlopen(request, timeout=60) as answer:
            answers = json.load(answer)
        self.said += 1
        self.lines.append(f"> {text}")
        for one in answers:
            self.lines.append(one.get("text", ""))
            self.person = self.person or ("by its words" if _COMES.search(self.lines[-1]) else "")
            self.custom = one.get("custom") or {}
            self.case = self.custom.get("case") or self.case
            self.person = self.custom.get("person") or self.person

    @property
    def ended(self) -> str:
        if self.case:
            return "a reference"
        return "a person" if self.person else "neither"

    @property
    def most_asked(self) -> str:
        slot, times = max(self.asked.items(), key=lambda one: one[1], default=("", 0))
        name = "no slot by name," if slot == "*" else slot
        return f"{name} {times} times" if times > 1 else "nothing twice"


def talk(chat: Chat, customer: dict[str, Any]) -> None:
    """Hold the conversation."""
    answers, corrections = customer.get("answers", {}), list(customer.get("at_summary", ()))
    for text in customer["opening"]:
        chat.say(text)
    while customer.get("complains", True) and not chat.case and not chat.person and chat.said < _MOST:
        slot = chat.custom.get("asks") or "*"
        chat.asked[slot] += 1
        if slot == "confirm":
            chat.say(corrections.pop(0) if corrections else customer["agree"])
        else:
            wanted = [slot, *(chat.custom.get("also") or ())]
            chat.say(", ".join(answers.get(one) or answers["*"] for one in wanted))


@contextmanager
def served(folder: Path, data: Path) -> Iterator[tuple[str, str]]:
    """A version that is served: its address, and a program's token where it knows such."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"AMENDS_DATA_DIR": str(data), "AMENDS_PORT": str(port), "AMENDS_DATABASE_URL": f"sqlite:///{data}/a.db"}
    command = [sys.executable, "-m", "bot"]
    with (data / "log").open("w") as log:
        server = subprocess.Popen([*command, "serve"], cwd=folder, env=os.environ | own, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/readyz", server)
        made = subprocess.run(
            [*command, "token", "create", "chats", "--scope", "chat"],
            cwd=folder, env=os.environ | own, capture_output=True, text=True, check=False,
        )  # fmt: skip
        yield address, made.stdout.split()[-1] if made.returncode == 0 else ""
    finally:
        server.terminate()
        server.wait(60)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(_PATIENCE):
        if server.poll() is not None:
            raise SystemExit(f"the server ended with {server.returncode}")
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(1)
    raise SystemExit(f"nothing answers at {address}")


@contextmanager
def version(commit: str) -> Iterator[Path]:
    """A folder with this commit's files."""
    with TemporaryDirectory() as parent:
        folder = Path(parent) / "amends"
        subprocess.run([_GIT, "worktree", "add", "-q", "--detach", str(folder), commit], cwd=ROOT, check=True)
        try:
            yield folder
        finally:
            subprocess.run([_GIT, "worktree", "remove", "--force", str(folder)], cwd=ROOT, check=True)


def chats_with(commit: str, customers: list[dict[str, Any]]) -> list[Chat]:
    """Every customer's chat with one version."""
    found = []
    with ExitStack() as closing:
        folder, data = closing.enter_context(version(commit)), closing.enter_context(TemporaryDirectory())
        address, token = closing.enter_context(served(folder, Path(data)))
        for customer in customers:
            chat = Chat(address, token)
            talk(chat, customer)
            found.append(chat)
    return found


def page(customers: list[dict[str, Any]], before: list[Chat], after: list[Chat], commit: str) -> str:
    """The page, as Markdown."""
    rows = [
        f"| [{one['name']}](#{_anchor(one['name'])}) | {was.said}, {was.ended}; {was.most_asked} "
        f"| {now.said}, {now.ended}; {now.most_asked} |"
        for one, was, now in zip(customers, before, after, strict=True)
    ]
    parts = [
        "# Ten chats, before and after",
        f"Ten scripted customers (`docs/ten_customers.yml`), each talking to the first version that could be served\n"
        f"(`{commit}`) and to today's; `python docs/chats.py` makes this page. A line that begins with `>` is the\n"
        "customer's. They answer what they are asked for by name, and stop at a reference, at a person or after\n"
        f"{_MOST} messages. What comes again and again is shown once. What is still lacking today is left as\n"
        "it is.",
        "\n".join(["| customer | before: messages, what came of it, asked most | after |", "|---|---|---|", *rows]),
    ]
    for one, was, now in zip(customers, before, after, strict=True):
        parts.append(f"## {one['name']}\n\n{one['about']}")
        parts += [f"**{when}**\n\n{_fenced(chat)}" for when, chat in (("Before", was), ("After", now))]
    return "\n\n".join(parts) + "\n"


def _anchor(name: str) -> str:
    return re.sub(r"[^\w-]", "", name.lower().replace(" ", "-"))


def _fenced(chat: Chat) -> str:
    told = ["\n".join(line.rstrip() for line in text.splitlines()) for text in _once(chat.lines)]
    return "```text\n" + "\n\n".join(told) + "\n```"


def _once(lines: list[str]) -> Iterator[str]:
    """The lines, and of what comes more than twice only how often it does."""
    often, shown, left = Counter(lines), Counter[str](), 0
    for line in lines:
        shown[line] += 1
        if often[line] > 2 and shown[line] > 1:
            left += 1
            continue
        if left:
            yield f"[{left} lines that were said before]"
        left = 0
        yield line
    if left:
        yield f"[{left} lines that were said before]"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python docs/chats.py")
    parser.add_argument("--before", default=OLDEST)
    chosen = parser.parse_args()
    customers = yaml.safe_load(CUSTOMERS.read_text(encoding="utf-8"))
    before, after = (chats_with(commit, customers) for commit in (chosen.before, "HEAD"))
    PAGE.write_text(page(customers, before, after, chosen.before), encoding="utf-8")


if __name__ == "__main__":
    main()
