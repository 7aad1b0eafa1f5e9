"""Accounts, sessions, second steps and tries are kept alike on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, delete, update

from storage.db.database import Database
from storage.db.encryption import Seal, Unsealable
from storage.staff.account_log import AccountEntry, note, notes, verify_staff_log
from storage.staff.accounts import (  # fmt: skip
    BadStaff,
    LoginTaken,
    NewStaff,
    Role,
    Staff,
    StaffPresence,
    add_staff,
    change_staff,
    disable_staff,
    enable_staff,
    find_login,
    find_telegram,
    get_staff,
    link_telegram,
    list_staff,
    lock_staff,
    set_presence,
)
from storage.staff.login_attempts import (  # fmt: skip
    begin_try,
    by_browser,
    by_login,
    by_pair,
    forget_tries,
    free_again,
    network_of,
    tries_of,
    wait_after,
)
from storage.staff.passwords import Passwords, check_password, keep_password, kept_password, made_password
from storage.staff.second_steps import (  # fmt: skip
    drop_totp,
    keep_totp,
    recovery_codes_left,
    renew_recovery_codes,
    totp_secret,
    use_recovery_code,
    use_step,
)
from storage.staff.sessions import Lifetime, find_session, list_sessions, open_session, revoke_sessions, touch_session
from storage.tables.core import staff_log, staff_log_end

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
KEY = b"a key for tests only"
TERM = Lifetime()


def hire(conn: Connection, login: str = "mei", **facts: object) -> Staff:
    return add_staff(conn, NewStaff(login, login.title(), Role.AGENT, "hash", **facts), NOW)  # type: ignore[arg-type]


def test_an_account_comes_back_as_it_was_made_and_begins_away(database: Database) -> None:
    with database.write() as conn:
        made = hire(conn, " Mei ", teams=("web", "care", "web"), languages=("zh",), skills=("refunds",), capacity=3)
        assert made == find_login(conn, "MEI") == get_staff(conn, made.id)
    assert (made.login, made.name, made.teams, made.capacity) == ("mei", "Mei", ("care", "web"), 3)
    assert made.presence is StaffPresence.AWAY


def test_two_logins_that_differ_only_in_letters_are_one(database: Database) -> None:
    with database.write() as conn:
        hire(conn, "straße")
        with pytest.raises(LoginTaken, match="choose another"):
            hire(conn, "STRASSE")
        for bad in ("", " ", "two words", "x" * 81, "a\x00b"):
            with pytest.raises(BadStaff):
                hire(conn, bad)


def test_staff_are_found_by_team_and_the_disabled_only_when_asked_for(database: Database) -> None:
    with database.write() as conn:
        mei, lee = hire(conn, "mei", teams=("web",)), hire(conn, "lee", teams=("care",))
        assert [each.login for each in list_staff(conn, "web")] == ["mei"]
        assert disable_staff(conn, mei.id, NOW)
        assert not disable_staff(conn, mei.id, NOW)
        assert list_staff(conn) == [lee]
        assert len(list_staff(conn, disabled=True)) == 2
        assert enable_staff(conn, mei.id)
        assert len(list_staff(conn)) == 2


def test_what_is_changed_is_changed_and_nothing_else_can_be(database: Database) -> None:
    with database.write() as conn:
        mei = hire(conn, teams=("web",))
        changed = change_staff(conn, mei.id, {"role": Role.SUPERVISOR, "teams": ("care",), "skills": ("a", "b")})
        assert (changed.role, changed.teams, changed.skills) == (Role.SUPERVISOR, ("care",), ("a", "b"))
        assert change_staff(conn, mei.id, {"teams": ()}).teams == ()
        for bad in ({"password": "x"}, {"name": ""}, {"capacity": -1}):
            with pytest.raises(BadStaff):
                change_staff(conn, mei.id, bad)


def test_presence_tells_when_it_changed(database: Database) -> None:
    with database.write() as conn:
        mei, later = hire(conn), NOW + timedelta(minutes=5)
        assert set_presence(conn, mei.id, StaffPresence.AVAILABLE, later)
        assert not set_presence(conn, mei.id, StaffPresence.AVAILABLE, later + timedelta(minutes=1))
        assert get_staff(conn, mei.id).presence_at == later


def test_a_telegram_user_is_linked_to_one_account_that_is_open(database: Database) -> None:
    with database.write() as conn:
        mei, lee = hire(conn, "mei"), hire(conn, "lee")
        link_telegram(conn, mei.id, 7_000_000_001)
        link_telegram(conn, lee.id, 7_000_000_001)
        assert find_telegram(conn, 7_000_000_001) == get_staff(conn, lee.id)
        disable_staff(conn, lee.id, NOW)
        assert find_telegram(conn, 7_000_000_001) is None


def test_staff_locked_in_any_order_wait_for_each_other_and_never_in_a_ring(database: Database) -> None:
    with database.write() as conn:
        ids = [hire(conn, f"mei{n}").id for n in range(4)]
    done = []

    def work(order: list[str]) -> None:
        for _ in range(10):
            with database.write() as conn:
                locked = lock_staff(conn, database.dialect, order)
                change_staff(conn, ids[0], {"capacity": get_staff(conn, ids[0]).capacity + 1})
                assert [each.id for each in locked] == sorted(ids)
        done.append(order)

    threads = [threading.Thread(target=work, args=(order,)) for order in (ids, ids[::-1], sorted(ids))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(done) == 3
    with database.read() as conn:
        assert get_staff(conn, ids[0]).capacity == 8 + 30


def test_a_session_is_good_until_it_is_old_idle_revoked_or_its_account_closed(database: Database) -> None:
    with database.write() as conn:
        mei = hire(conn)
        token = open_session(conn, mei.id, TERM, NOW, "192.0.2.1", "Firefox " * 100)

        def good(**later: float) -> bool:
            return find_session(conn, token, TERM, NOW + timedelta(**later)) is not None

        assert good(minutes=119)
        assert not good(minutes=121)
        session, owner = find_session(conn, token, TERM, NOW)  # type: ignore[misc]
        assert owner == get_staff(conn, mei.id)
        assert len(session.browser) == 200
        touch_session(conn, session, NOW + timedelta(hours=11))
        assert good(hours=11, minutes=59)
        assert not good(hours=12)
        assert find_session(conn, token + "x", TERM, NOW) is None
        disable_staff(conn, mei.id, NOW)
        assert not good()
        enable_staff(conn, mei.id)
        assert good()
        other = open_session(conn, mei.id, TERM, NOW, "", "")
        assert len(list_sessions(conn, mei.id, TERM, NOW)) == 2
        assert revoke_sessions(conn, mei.id, NOW, but=session.digest) == 1
        assert good()
        assert find_session(conn, other, TERM, NOW) is None


def test_a_code_is_used_once_and_so_is_a_recovery_code(database: Database) -> None:
    seal = Seal(KEY, "second steps")
    with database.write() as conn:
        mei, lee = hire(conn, "mei"), hire(conn, "lee")
        codes = keep_totp(conn, mei.id, seal, "JBSWY3DPEHPK3PXP", 100)
        assert totp_secret(conn, mei.id, seal) == "JBSWY3DPEHPK3PXP"
        assert [use_step(conn, mei.id, step) for step in (100, 101, 101, 99, 102)] == [False, True, False, False, True]
        assert use_recovery_code(conn, mei.id, codes[0].upper().replace("-", " "))
        assert not use_recovery_code(conn, mei.id, codes[0])
        assert not use_recovery_code(conn, lee.id, codes[1])
        assert recovery_codes_left(conn, mei.id) == 9
        assert not set(renew_recovery_codes(conn, mei.id)) & set(codes)
        assert get_staff(conn, mei.id).has_second_step
        assert drop_totp(conn, mei.id)
        assert not drop_totp(conn, mei.id)
        assert recovery_codes_left(conn, mei.id) == 0


def test_a_sealed_secret_opens_for_its_own_purpose_key_and_account_only() -> None:
    seal = Seal(KEY, "second steps")
    closed = seal.close("secret", "mei")
    assert seal.open(closed, "mei") == "secret"
    assert closed != seal.close("secret", "mei")
    for wrong, about in ((seal, "lee"), (Seal(KEY, "other"), "mei"), (Seal(b"another", "second steps"), "mei")):
        with pytest.raises(Unsealable, match="AMENDS_SECRET_KEY"):
            wrong.open(closed, about)
    another_letter = "B" if closed[20] == "A" else "A"
    for broken in (closed[:-4], "s1.", "", "s1.!!!", closed[:20] + another_letter + closed[21:]):
        with pytest.raises(Unsealable):
            seal.open(broken, "mei")


def test_a_password_is_kept_as_a_hash_of_one_form_and_forgotten_with_the_account(database: Database) -> None:
    passwords = Passwords()
    with database.write() as conn:
        mei = hire(conn)
        keep_password(conn, mei.id, passwords.hash("Ａ passphrase ｏf mine"), must_change=True)
        kept = kept_password(conn, mei.id)
        assert kept
        assert kept.startswith("$argon2id$")
        assert passwords.matches(kept, "A passphrase of mine")
        assert not passwords.matches(kept, "a passphrase of mine")
        assert not passwords.matches(None, "A passphrase of mine")
        assert not passwords.matches("not a hash", "x")
        assert get_staff(conn, mei.id).must_change
        disable_staff(conn, mei.id, NOW)
        assert kept_password(conn, mei.id) is None


def test_a_password_that_is_made_would_be_taken_and_is_never_the_same() -> None:
    made = {made_password() for _ in range(50)}
    assert len(made) == 50
    for each in made:
        check_password(each, "mei")


@pytest.mark.parametrize(
    "password",
    [
        "seven quiet lanterns",
        "不知道什么密码好呢其实",
        "Grüße aus Köln 1987 im Mai",
        "correct horse battery",
        "x9!Kq2#vTz",
    ],
)
def test_a_good_password_is_taken_in_any_language(password: str) -> None:
    check_password(password, "mei", "Mei Lin")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "length"), ("x" * 201, "length"), ("1234567890", "common"), ("QWERTYUIOP", "common"),
        ("１２３４５６７８９０", "common"), ("password1234", "easy"), ("qwertyuiop12", "easy"),
        ("meimeimei2026", "easy"), ("aaaaaaaaaaaa", "easy"), ("abababababababab" * 10, "easy"),
        ("mei lin 1987", "easy"), ("我爱你我爱你我爱你我爱你", "easy"), ("woaini520520", "easy"),
    ],
)  # fmt: skip
def test_an_easy_password_is_refused_with_the_reason(password: str, why: str) -> None:
    with pytest.raises(BadStaff) as refused:
        check_password(password, "mei", "Mei Lin")
    assert refused.value.reason == why


def test_the_commonest_passwords_come_with_a_library_and_all_are_refused() -> None:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    commonest = [each for each in FREQUENCY_LISTS["passwords"][:10_000] if len(each) >= 10]
    assert len(FREQUENCY_LISTS["passwords"]) >= 10_000
    assert len(commonest) > 30
    for each in commonest:
        with pytest.raises(BadStaff, match="commonest"):
            check_password(each.upper(), "mei")


def test_waits_double_and_end(database: Database) -> None:
    assert [wait_after(n, 5).total_seconds() for n in (4, 5, 6, 9, 10, 99)] == [0, 30, 60, 480, 900, 900]


def test_tries_are_counted_before_they_are_judged_so_that_many_at_once_gain_nothing(database: Database) -> None:
    allowed: list[bool] = []
    barrier = threading.Barrier(8)

    def attempt() -> None:
        barrier.wait()
        with database.write() as conn:
            allowed.append(begin_try(conn, database.dialect, by_pair("mei", ""), NOW) is None)

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(allowed) == [False] * 3 + [True] * 5


def test_success_forgets_the_tries_and_so_does_a_day(database: Database) -> None:
    mei = by_pair("mei", "192.0.2.1")
    with database.write() as conn:
        for _ in range(4):
            begin_try(conn, database.dialect, mei, NOW)
        assert tries_of(conn, mei) == 4
        forget_tries(conn, mei)
        assert [begin_try(conn, database.dialect, mei, NOW) for _ in range(5)] == [None] * 5
        assert begin_try(conn, database.dialect, mei, NOW + timedelta(hours=25)) is None, "a day later all is forgotten"


def test_a_login_is_locked_for_one_address_and_for_no_other(database: Database) -> None:
    here, there, browser = by_pair("mei", "192.0.2.1"), by_pair("mei", "192.0.2.2"), by_browser("mei", "b1")
    with database.write() as conn:
        for _ in range(5):
            begin_try(conn, database.dialect, here, NOW)
        assert free_again(conn, (here, there), NOW) == NOW + timedelta(seconds=30)
        assert free_again(conn, (there, browser, by_login("mei")), NOW) is None


def test_one_client_s_addresses_of_ipv6_are_one(database: Database) -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:2") != network_of("2001:db8:0:1::1")
    assert network_of("192.0.2.1") != network_of("192.0.2.2")
    assert network_of("") == ""


def log_three(database: Database) -> None:
    with database.write() as conn:
        for action in ("added", "signed in", "disabled"):
            note(conn, database.dialect, KEY, AccountEntry(NOW, "ada", action, "mei", {"how": action}))


def findings(database: Database) -> int:
    with database.read() as conn:
        return len(list(verify_staff_log(conn, KEY)))


def test_the_log_of_accounts_keeps_its_order_and_is_whole(database: Database) -> None:
    assert findings(database) == 0
    log_three(database)
    assert findings(database) == 0
    with database.read() as conn:
        assert [each.action for each in notes(conn, "mei")] == ["disabled", "signed in", "added"]
        assert notes(conn, "lee") == []


@pytest.mark.parametrize(
    "tamper",
    [
        update(staff_log).where(staff_log.c.n == 2).values(actor="nobody"),
        delete(staff_log).where(staff_log.c.n == 3),
        delete(staff_log).where(staff_log.c.n == 1),
        update(staff_log_end).values(length=2),
        delete(staff_log_end),
    ],
)
def test_an_altered_log_of_accounts_is_found(database: Database, tamper: object) -> None:
    log_three(database)
    with database.write() as conn:
        conn.execute(tamper)  # type: ignore[call-overload]
    assert findings(database) == 1


def test_entries_of_many_at_once_form_one_chain(database: Database) -> None:
    threads = [threading.Thread(target=log_three, args=(database,)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert findings(database) == 0
    with database.read() as conn:
        assert len(notes(conn)) == 15
