"""A customer on the web page or on Telegram, and a colleague in the staff's group on Telegram."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import NewContext, opened
from tests.browser.together.colleagues import InTheGroup
from tests.browser.together.customers import OnTelegram, OnTheWeb
from tests.browser.together.shop import Shop

pytestmark = pytest.mark.timeout(300)
PHONE = {"width": 420, "height": 860}
SHOES = (
    "ok so this is getting ridiculous. ordered running shoes on monday, order AM2611180044, paid 89 pounds, and what"
    " comes out of the box is two LEFT shoes. two left feet?! your chat kept me waiting forty minutes and then closed."
    " i have a race on sunday. either somebody sorts this out or i want every penny back. get me a real person please"
)
REFUND = (
    "你们到底退不退钱啊！！！订单AM2611180055，上个月28号退的货，你们签收都二十天了，199块一分没见着，每次问都说"
    "“再等等”，客服电话打不通，我还带着孩子，没空天天跟你们耗。今天再不给个说法我就去12315投诉，叫个能说话的人来！"
)


def test_two_left_shoes_from_the_web_page_to_the_group_and_back_to_the_bot(shop: Shop, new_context: NewContext) -> None:
    story = "web-group"
    tom = InTheGroup(shop, shop.hires_on_telegram("tomas", "Tomas", languages=("en",)))
    ben = OnTheWeb(shop, opened(new_context(viewport=PHONE, reduced_motion="reduce"), shop.address))
    ben.says(SHOES)
    ben.hears("I've asked a colleague to join")

    summary = tom.finds(ben.chat)
    assert "asked for a person" in summary
    assert "Promised" in summary
    tom.sees("two LEFT shoes")
    tom.claims()
    ben.hears("Tomas is here now")
    tom.writes("Hello Ben, I'm Tomas. Two left shoes before a race: I'm sorry. Could you send me a photo of both?")
    ben.hears("a photo of both")
    ben.sends_a_photo("here. look at them")
    tom.sees_a_photo()
    tom.notes("Mixed up when it was packed, the third one this week")
    tom.writes("Thank you, I see it. This label sends them back for free.", with_photo=True)
    ben.gets_a_photo()
    tom.puts_aside_for("1 hour")
    tom.sees("put it aside")
    ben.says("and the race?")
    tom.sees("and the race?")
    tom.writes("A right pair leaves today and is with you on Friday. The assistant takes down the last details.")
    ben.hears("with you on Friday")
    shop.is_silent_since(ben.chat, "Tomas is here")
    ben.picture(story)
    tom.picture(story)

    tom.gives_back()
    ben.hears("I'm the assistant again")
    asked = shop.transcript(ben.chat)[-1]
    assert asked.author == "bot"
    assert asked.asks not in ("story", "order_number", "evidence"), "what is known is not asked for again"
    ben.picture(story)
    assert "third one this week" not in ben.screen()
    shop.nobody_was_told(ben.chat, "third one this week")
    shop.has_sound_books()


def test_a_refund_that_never_came_with_both_on_telegram(shop: Shop) -> None:
    story = "telegram-group"
    hong = InTheGroup(shop, shop.hires_on_telegram("hong", "小红", languages=("zh",)))
    chen = OnTelegram(shop, shop.telegram.ask(lambda: shop.telegram.server.user("陈静", language="zh-hans")))
    chen.says(REFUND)
    chen.hears("同事")

    hong.finds(chen.chat)
    hong.claims()
    chen.hears("小红 来了")
    hong.writes("陈女士您好，我是小红。等了二十天还没退，实在对不起。您方便发一张退货签收的截图吗？")
    chen.hears("小红：陈女士您好")
    chen.sends_a_photo("签收记录")
    hong.sees_a_photo()
    hong.notes("财务漏了这一批，已催")
    hong.writes("看到了，谢谢。这是退款的凭证。", with_photo=True)
    chen.gets_a_photo()
    shop.is_silent_since(chen.chat, "小红 来了")
    hong.picture(story)
    chen.picture(story)

    hong.resolves("199 元已原路退回，一到三天到账。", "财务漏了一批退货")
    chen.hears("199 元已原路退回")
    before = len(shop.transcript(chen.chat))
    chen.says("谢谢")
    chen.hears(re.compile("不客气|应该的"))
    after = shop.transcript(chen.chat)[before:]
    assert [one.author for one in after] == ["customer", "bot"]
    assert not after[-1].asks
    chen.picture(story)
    for secret in ("已催", "财务漏了"):
        assert secret not in chen.screen()
        shop.nobody_was_told(chen.chat, secret)
    shop.has_sound_books()
