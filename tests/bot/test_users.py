"""`amends user`: accounts from the command line."""

from __future__ import annotations

from tests.bot.test_commands import Amends, amends

__all__ = ["amends"]
GOOD = "seven quiet lanterns\n"


def test_accounts_are_made_listed_closed_and_opened(amends: Amends) -> None:
    assert "Make the first: amends user add" in amends("user", "list").stdout
    facts = ("--role", "supervisor", "--name", "Mei Lin", "--team", "web", "--team", "care", "--language", "zh")
    done = amends("user", "add", "Mei", *facts, "--password-stdin", said=GOOD)
    assert "mei may sign in at http://127.0.0.1:8080/desk as supervisor." in done.stdout
    assert amends("user", "list").stdout == "mei  Mei Lin  supervisor  care, web\n"
    assert "signed out everywhere" in amends("user", "disable", "MEI").stdout
    assert "disabled" in amends("user", "list").stdout
    assert "may sign in again" in amends("user", "enable", "mei").stdout
    assert "agent now" in amends("user", "role", "mei", "agent").stdout
    assert "0 sessions" in amends("user", "revoke", "mei").stdout
    changed = amends("user", "password", "mei", "--password-stdin", "--drop-second-step", said="nine loud umbrellas\n")
    assert "is changed" in changed.stdout
    assert "whole" in amends("audit", "verify").stdout


def test_what_cannot_be_is_refused_with_the_remedy(amends: Amends) -> None:
    def refused(*words: str, said: str = GOOD) -> str:
        done = amends("user", *words, said=said)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        return done.stderr

    assert "choose one of: agent, supervisor" in refused("add", "lee", "--role", "boss", "--password-stdin")
    assert "10 to 200 characters" in refused("add", "lee", "--password-stdin", said="short\n")
    assert "--password-stdin" in refused("add", "lee")
    assert "amends user list" in refused("disable", "nobody")
    assert amends("user", "add", "lee", "--password-stdin", said=GOOD).returncode == 0
    assert "choose another" in refused("add", "LEE", "--password-stdin")
    assert "no blanks" in refused("add", "two words", "--password-stdin")


def test_a_stolen_database_tells_no_password(amends: Amends, tmp_path) -> None:
    amends("user", "add", "lee", "--password-stdin", said=GOOD)
    kept = b"".join(file.read_bytes() for file in (tmp_path / "data").glob("amends.db*"))
    assert b"$argon2id$" in kept
    assert GOOD.strip().encode() not in kept
