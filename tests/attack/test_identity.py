"""Who a visitor is: colleagues are told what the shop signed, and nothing that somebody made up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from dialogs.playbooks.loading import load_playbook
from handlers.http.limits import Limits
from storage.db.database import Database, open_database
from storage.migrations.upgrade import bring_up_to_date
from storage.security.visitor_identities import identity_of
from tests.attack.conftest import Tried
from tests.edges.scenery import House, Visitor, build, served

KEY = "the shop's own key, of 32 characters or more"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    database = open_database(f"sqlite:///{tmp_path / 'amends.db'}")
    bring_up_to_date(database)
    parts = {"identity_key": KEY.encode(), "limits": Limits(rate=0)}
    with served(build(database, load_playbook("shop"), tmp_path, **parts)) as made:
        yield made
    database.close()


def signed(key: str = KEY, algorithm: str = "HS256", **claims: Any) -> str:
    usual = {"aud": "amends", "sub": "17", "name": "Ann", "email": "ann@example.org", "exp": time.time() + 600}
    chosen = {name: value for name, value in {**usual, **claims}.items() if value is not None}
    return jwt.encode(chosen, key or None, algorithm=algorithm)


def prove(visitor: Visitor, identity: object) -> int:
    return visitor.http.post("/chat/identity", json={"identity": identity}, headers=visitor.headers).status_code


def proved(database: Database, visitor: Visitor) -> str:
    from handlers.channels.base.http_events import chat_of_token
    from handlers.channels.web.routes import Caller

    with database.read() as conn:
        found = identity_of(conn, Caller(chat_of_token(visitor.token)).conversation)
    return found.name if found else ""


FORGED: dict[str, Any] = {
    "another key": lambda: signed("a key that somebody else made up, long enough"),
    "no signature": lambda: signed("", "none"),
    "another algorithm": lambda: signed(algorithm="HS512"),
    "expired": lambda: signed(exp=time.time() - 5),
    "for ever": lambda: signed(exp=None),
    "for years": lambda: signed(exp=time.time() + 10**8),
    "for another program": lambda: signed(aud="shop"),
    "for nobody": lambda: signed(aud=None),
    "without a number": lambda: signed(sub=None),
    "an empty number": lambda: signed(sub=" "),
    "a number that is a list": lambda: signed(name=["Ann"]),
    "an endless name": lambda: signed(name="A" * 5000),
    "a line break in a name": lambda: signed(name="Ann\nVerified: Bob"),
    "not yet": lambda: signed(nbf=time.time() + 500),
    "altered": lambda: signed()[:-2] + "AA",
    "cut": lambda: signed()[:-10],
    "no JWT": lambda: "Ann",
    "nothing": lambda: "",
    "a number": lambda: 5,
    "the key itself": lambda: KEY,
}


def test_nobody_is_verified_by_what_they_made_up(house: House, tried: Tried) -> None:
    """A visitor makes up who they are: other keys, no signature, other audiences, what has expired or never does."""
    with house.visitor() as visitor:
        for what, forge in FORGED.items():
            assert prove(visitor, forge()) == 400, what
            tried(1)
        assert proved(house.database, visitor) == ""
        assert prove(visitor, signed()) == 204
        assert proved(house.database, visitor) == "Ann"


def test_one_persons_chat_is_not_made_anothers(house: House, tried: Tried) -> None:
    """Two people share a device: the second one's proof is not put on, nor joined to, the first one's chat."""
    with house.visitor() as ann, house.visitor() as bob, house.visitor() as again:
        ann.say("my secret")
        assert prove(ann, signed()) == 204
        assert prove(ann, signed(sub="18", name="Bob")) == 403
        assert proved(house.database, ann) == "Ann"
        assert prove(ann, signed(name="Anna")) == 204, "the same person may change their name"
        assert prove(bob, signed(sub="18", name="Bob")) == 204
        assert prove(again, signed()) == 204
        assert again.say("hello")[-1]["text"] == "1 hello", "another chat of the same person is another chat"
        tried(4)


def test_where_no_key_is_set_nobody_is_verified(tmp_path: Path, tried: Tried) -> None:
    """Where the shop signs nothing, an empty key signs for everybody."""
    database = open_database(f"sqlite:///{tmp_path / 'amends.db'}")
    bring_up_to_date(database)
    with served(build(database, load_playbook("shop"), tmp_path)) as house, house.visitor() as visitor:
        for key in (KEY, "0" * 32):
            assert prove(visitor, signed(key)) == 404
            tried(1)
        assert prove(visitor, signed("", "none")) == 404
    database.close()
