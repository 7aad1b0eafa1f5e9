"""The desk as `amends serve` has it: there unless it is off, counted, and out of everybody else's way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx

from bot.app import App, build, create_asgi
from bot.settings import load_settings
from storage.db.timestamps import utc_now
from storage.migrations.upgrade import bring_up_to_date
from storage.staff.tokens import TokenScope, create_token
from tests.real.server import ROOT


def built(folder: Path, **chosen: object) -> App:
    return build(load_settings(data_dir=folder, understanding="rules", **chosen))


def asgi(app: App) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_asgi(app), client=("127.0.0.1", 1))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080")


async def test_it_is_there_unless_it_is_off(tmp_path: Path) -> None:
    async with asgi(built(tmp_path)) as http:
        assert (await http.get("/desk/sign-in")).status_code == 200
    async with asgi(built(tmp_path, desk="off")) as http:
        assert (await http.get("/desk/sign-in")).status_code == 404


async def test_its_counters_stand_among_the_others(tmp_path: Path) -> None:
    app = built(tmp_path)
    bring_up_to_date(app.database)
    with app.database.write() as conn:
        token = create_token(conn, "prometheus", utc_now(), (TokenScope.METRICS,))
    async with asgi(app) as http:
        told = (await http.get("/metrics", headers={"Authorization": f"Bearer {token}"})).text
    for name in ("sign_ins", "sign_ins_failed", "sign_ins_locked"):
        assert f"amends_desk_{name}_total 0.0" in told


async def test_the_lifetimes_and_the_address_are_settings(tmp_path: Path) -> None:
    settings = load_settings(
        data_dir=tmp_path, understanding="rules", desk_session_hours=1, desk_idle_minutes=5,
        public_url="https://help.example", secret_key="x" * 32,
    )  # fmt: skip
    desk = build(settings).desk
    assert desk is not None
    assert (desk.lifetime.longest.total_seconds(), desk.lifetime.idle.total_seconds()) == (3600, 300)
    assert desk.cookies.secure


def test_a_server_without_a_desk_loads_none_of_its_libraries(tmp_path: Path) -> None:
    libraries = {"argon2", "babel", "cryptography", "segno", "pyotp", "jinja2"}
    code = (
        "import sys; from bot.settings import load_settings; from bot.app import build, create_asgi; "
        f"create_asgi(build(load_settings(data_dir={str(tmp_path)!r}, understanding='rules', desk='off'))); "
        f"print({libraries} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "set()"
