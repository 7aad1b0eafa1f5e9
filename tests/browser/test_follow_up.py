"""The follow-up in a browser: a customer says by buttons that it was not put right, and a colleague has it before them.

The office goes by a clock of its own, which is put forward: nobody waits a day for the survey.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import Page, expect

from engine.timers import Timers
from handlers.channels.base import http_events
from handlers.channels.web.routes import CHANNEL
from storage.cases.surveys import surveys_of
from storage.conversations.conversations import conversation_id
from tests.browser.conftest import NewContext, bubbles, opened, say
from tests.desk.conftest import open_office, place, playbook  # noqa: F401
from tests.desk.scenery import PASSWORD, Browser, Office
from tests.desk.shop import act, references

PHONE = {"width": 390, "height": 844}


def test_a_low_score_by_buttons_opens_the_case_again_before_an_agent(
    place: Office,  # noqa: F811
    new_context: NewContext,
) -> None:
    place.hire("kim")
    customer = opened(new_context(viewport=PHONE, reduced_motion="reduce"), place.house.address)
    reference = settled(place, place.at_work("mei"), customer)

    a_day_goes_by(place)
    expect(bubbles(customer).last).to_contain_text("Has the problem been put right?")
    kim = at_the_inbox(place, new_context().new_page(), "kim")
    expect(kim.locator("#threads")).to_contain_text("Nothing here")

    tap(customer, "Partly", "from 1 (not at all) to 5 (very)?")
    customer.reload()  # in the middle of it
    tap(customer, "2 – not really", f"I've opened {reference} again")
    expect(bubbles(customer).last).to_contain_text("how well were you looked after")
    row = kim.locator(".thread", has_text=reference)
    expect(row).to_contain_text("case opened again")
    expect(row).to_contain_text("High")

    tap(customer, "4 – ", "What comes closest to what was missing?")
    tap(customer, "It broke again", "in your own words")
    say(customer, "The new lid is cracked as well 😕")
    expect(bubbles(customer).last).to_have_text(
        f"Thank you. All of this is with {reference} now, so you needn't tell it twice."
    )
    expect(customer.locator(".choices button")).to_have_count(0)

    row.locator("a").click()
    notes = kim.locator("#log .note")
    expect(notes.filter(has_text="is open again")).to_contain_text("Solved: Partly. Outcome: 2 of 5.")
    expect(notes.last).to_contain_text("The new lid is cracked as well 😕")
    expect(kim.locator("#part-summary")).to_contain_text("it was not put right")
    expect(kim.locator("#part-summary .count")).to_have_count(3)
    expect(kim.locator(f"#case-{reference}")).to_contain_text("outcome 2 of 5 · treatment 4 of 5 · case opened again")
    kim.locator("[data-act=claim] button").click()
    expect(customer.locator(".msg.notice").last).to_contain_text("Kim is here now")
    [survey] = place.rows(surveys_of, reference)
    assert (survey.survey.outcome, survey.survey.treatment, survey.survey.reopened_by) == (2, 4, "survey")


def settled(place: Office, mei: Browser, customer: Page) -> str:  # noqa: F811
    """A complaint told in the browser, and resolved by somebody at the desk; gives its reference."""
    for words in ("The teapot I ordered arrived broken. I want a refund. My order is AM2611180042", "a person please"):
        say(customer, words)
        expect(bubbles(customer, "customer").last).to_have_text(words)
    expect(bubbles(customer).last).to_contain_text("a colleague")
    page = f"/desk/chats/{chat_of(customer)}"
    for what, form in (("claim", {}), ("slot", {"slot": "category", "value": "product_quality"}), ("file", {})):
        assert act(mei, page, what, **form).status_code == 303
    [reference, *_] = references(mei.get(page))
    act(mei, page, "resolve", reference=reference, outcome="A new lid was sent.", cause="packed badly", remedy="")
    expect(customer.locator(".msg.notice").last).to_contain_text("A new lid was sent.")
    return reference


def chat_of(customer: Page) -> str:
    token = customer.evaluate("localStorage.getItem('amends:token')")
    return conversation_id(CHANNEL, http_events.ACCOUNT, http_events.chat_of_token(token))


def a_day_goes_by(place: Office) -> None:  # noqa: F811
    """And what has come due is done. Playwright has a loop in this thread, so the timers get a thread of their own."""
    place.clock.pass_by(hours=24)
    timers = Timers(place.database, place.house.door.take, clock=place.clock)
    with ThreadPoolExecutor(1) as thread:
        for _ in range(3):
            thread.submit(asyncio.run, timers.fire_due()).result()


def at_the_inbox(place: Office, page: Page, login: str) -> Page:  # noqa: F811
    page.goto(f"{place.house.address}/desk/inbox?view=unassigned")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    expect(page.locator("#threads")).to_be_visible()
    return page


def tap(customer: Page, title: str, answer: str) -> None:
    """A button of the newest question, and what is said to it."""
    customer.locator(".choices button", has_text=title).click()
    expect(bubbles(customer).filter(has_text=answer).last).to_be_visible()
