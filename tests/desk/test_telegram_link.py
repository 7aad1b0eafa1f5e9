"""An account is joined to a Telegram by a link that only its owner is shown."""

from __future__ import annotations

import re

from storage.staff.accounts import find_login
from storage.staff.telegram_links import take_link
from tests.desk.conftest import OpenOffice
from tests.desk.scenery import PASSWORD


def test_the_link_on_ones_own_page_joins_ones_own_account_once(open_office: OpenOffice) -> None:
    place = open_office(staff_bot=lambda: "amends_staff_bot")
    place.hire("mei")
    mei = place.at_work("mei")
    assert "Join my Telegram" in mei.get("/desk/account").text
    page = mei.post("/desk/account/telegram", {"password": PASSWORD}, "/desk/account").text
    token = re.findall(r"https://t\.me/amends_staff_bot\?start=([\w-]{43})", page)[0]
    with place.database.write() as conn:
        joined = take_link(conn, token, 77, place.clock())
        again = take_link(conn, token, 78, place.clock())
    assert joined
    assert (joined.login, again) == ("mei", None)
    assert "Part them" in mei.get("/desk/account").text
    mei.post("/desk/account/telegram/leave", {"password": PASSWORD}, "/desk/account")
    assert place.rows(find_login, "mei").telegram_id is None


def test_without_a_staff_bot_there_is_no_link_to_be_had(open_office: OpenOffice) -> None:
    place = open_office()
    place.hire("mei")
    mei = place.at_work("mei")
    assert "Join my Telegram" not in mei.get("/desk/account").text
    assert mei.post("/desk/account/telegram", {"password": PASSWORD}, "/desk/account").status_code == 404
