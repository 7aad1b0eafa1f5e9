"""Routes × identities: whoever may not, cannot, whatever they show."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.app import build, create_asgi
from bot.settings import load_settings
from dialogs.playbooks.loading import load_playbook
from storage.db.timestamps import utc_now
from storage.staff.accounts import Role
from storage.staff.tokens import PREFIX, TokenScope, create_token, revoke_token
from tests.attack.conftest import Tried
from tests.attack.routes import DESK, EDGES, ROUTES, For, Open, opens, page
from tests.desk.scenery import Office, office
from tests.desk.test_routes import walked

FOLDER = "/telegram/"
REFUSED = (401, 403, 429)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office"), load_playbook("shop")) as opened:
        for role in Role:
            opened.hire(role.value, role)
        yield opened


def test_every_route_stands_in_the_table(tmp_path: Path, tried: Tried) -> None:
    """A route is added and nobody says whom it is for."""
    settings = load_settings(
        data_dir=tmp_path, understanding="rules", telegram_token="1:a", public_url="https://help.example",
        database_url=f"sqlite:///{tmp_path / 'amends.db'}", secret_key="x" * 32,
    )  # fmt: skip
    app = build(settings)
    routed = create_asgi(app)
    found = {(method, _path(route.path)) for route in walked(routed.router) for method in route.methods}
    documents = {(method, route.path) for route in routed.router.routes for method in getattr(route, "methods", ())}
    app.database.close()
    tried(len(found | documents))
    assert {key for key in found | documents if key[1]} == set(ROUTES)


def _path(path: str) -> str:
    """The webhook's path is a secret of its own."""
    return "/telegram/{secret}" if path.startswith(FOLDER) else path


def _tokens(place: Office) -> dict[str, str]:
    """A token of each scope, and those that are none any more."""
    now, made = utc_now(), {}
    with place.house.database.write() as conn:
        for scope in TokenScope:
            made[scope.value] = create_token(conn, f"{scope.value}-{secrets.token_hex(2)}", now, (scope,))
        made["expired"] = create_token(conn, "expired", now - timedelta(days=2), TokenScope, now - timedelta(days=1))
        made["revoked"] = create_token(conn, "revoked", now, TokenScope)
        revoke_token(conn, "revoked", now)
    return {**made, "wrong": PREFIX + "0" * 43, "cut": made["admin"][:-1]}


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_each_route_opens_for_whom_the_table_says_and_for_nobody_else(place: Office, tried: Tried) -> None:
    """Every route is tried by everybody: strangers, each token, what was a token, each role, the signed-out."""
    callers: list[tuple[str, For | None, httpx.Client]] = [("nobody", None, place.house.client())]
    callers.append(("visitor", Open.VISITOR, place.house.client(headers=_bearer(secrets.token_urlsafe(32)))))
    for name, token in _tokens(place).items():
        scope = TokenScope(name) if name in set(TokenScope) else None
        callers.append((name, scope, place.house.client(headers=_bearer(token))))
    callers += [(role.value, role, place.at_work(role.value).http) for role in Role]
    left = place.at_work(Role.ADMINISTRATOR.value)
    cookie = dict(left.http.cookies)
    left.post("/desk/sign-out", page="/desk")
    callers.append(("signed out", None, place.house.client(cookies=cookie)))
    wrong = []
    for name, who, http in callers:
        for key in [*EDGES, *(key for key in DESK if not isinstance(who, Role))]:
            tried(1)
            if _is_let_in(http, *key) != opens(who, key):
                wrong.append((name, *key))
        http.close()
    assert not wrong


def _is_let_in(http: httpx.Client, method: str, path: str) -> bool:
    """Only the head of the answer is waited for: streams do not end."""
    is_open = ROUTES[method, path] is Open.ANYBODY
    path = path.replace("{digest}", "0" * 64).replace("{path:path}", "nothing").replace("{reference}", "C-2611-000001")
    path = path.replace("{id}", "0" * 32).replace("{seq}", "1")
    home = {"Origin": str(http.base_url).rstrip("/")}
    with http.stream(method, path, headers=home, json={} if method == "POST" else None) as answer:
        away = answer.headers.get("location", "").startswith("/desk/sign-in") and not is_open
        assert answer.status_code < 500, (method, path)
        return answer.status_code not in REFUSED and not away


def test_the_page_shows_the_table_as_it_is() -> None:
    found = (Path(__file__).parents[2] / "docs/routes.md").read_text("utf-8")
    assert found == "\n".join(page()) + "\n", "run: python -m tests.attack.routes > docs/routes.md"
