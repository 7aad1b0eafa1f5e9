"""A customer on the web page or on Telegram, and a colleague at the desk."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from storage.staff.accounts import Role
from tests.browser.conftest import NewContext, opened
from tests.browser.together.colleagues import AtTheDesk
from tests.browser.together.customers import OnTelegram, OnTheWeb
from tests.browser.together.shop import Shop

pytestmark = pytest.mark.timeout(300)
PHONE = {"width": 420, "height": 860}
SCREEN = {"width": 1280, "height": 860}
KETTLE = (
    "你们这是什么态度啊！！！上礼拜三在你们家买了个不锈钢电热水壶，订单AM2611180042，昨天第一次烧水就漏，底座全湿，"
    "插座都跳闸了，我妈在旁边吓得不轻。打了两次客服，一个说等三天，一个说不归他管，来回踢皮球，我现在真的一肚子火。"
    "129块钱是不多，但你们不能这么糊弄人吧？？我不想跟机器人讲了，转人工！"
)
PARCEL = (
    "I am absolutely furious!! this is the THIRD time i write. ordered a steel kettle on tuesday last week, order"
    " AM2611180043, the parcel came yesterday, box crushed and the kettle leaks all over the kitchen, my mother nearly"
    " slipped, your hotline hung up on me TWICE and nobody ever calls back. 49 quid down the drain. what kind of idiots"
    " run this shop, i want my money back and i will not be fobbed off again!!!"
)


def test_a_kettle_that_leaks_from_the_web_page_to_the_desk(shop: Shop, new_context: NewContext) -> None:
    story = "web-desk"
    shop.hires("xiaomei", "小梅", languages=("zh",))
    li = OnTheWeb(shop, opened(new_context(locale="zh-CN", viewport=PHONE, reduced_motion="reduce"), shop.address))
    mei = AtTheDesk(shop, new_context(locale="zh-CN", viewport=SCREEN).new_page(), "xiaomei")
    mei.is_available()

    li.says(KETTLE)
    li.hears("已经请同事过来")
    li.picture(story)

    mei.page.goto(f"{shop.address}/desk/inbox?view=mine")
    expect(mei.page.locator(".thread")).to_contain_text("小梅")
    mei.picture(story)
    mei.finds("不锈钢电热水壶")
    expect(mei.page.locator(".standing")).to_have_text("这个对话分配给您，等您接手。")
    summary = mei.beside("summary")
    expect(summary).to_contain_text("客户要求人工")
    expect(summary.locator(".count")).to_be_visible()
    expect(mei.beside("record")).to_contain_text("AM2611180042")
    mei.picture(story)

    mei.claims()
    li.hears("小梅 来了，您写的都能看到，不用再重复。")
    mei.writes("李女士您好，我是小梅。壶漏水还跳了闸，换谁都会着急，真对不起。能拍一张壶底的照片给我看看吗？")
    li.hears("能拍一张壶底的照片")
    li.sends_a_photo("就是这里漏的")
    mei.sees_a_photo()
    mei.notes("第二批货的密封圈，产品组已经知道")
    mei.chooses_category("product_quality")
    mei.puts_right("item", "不锈钢电热水壶 1.7 升")
    mei.writes("收到，看得很清楚。这张是免费寄回的面单，今天下午快递员上门取。", with_photo=True)
    li.gets_a_photo()
    li.says("好吧，那钱什么时候退？")
    mei.sees("那钱什么时候退")
    shop.is_silent_since(li.chat, "小梅 来了")
    li.picture(story)
    mei.picture(story)

    reference = mei.puts_on_file()
    li.hears(reference)
    shop.is_silent_since(li.chat, "小梅 来了")
    mei.resolves(reference, "129 元已原路退回，寄回的运费由我们付。", "密封圈有缺陷", "refund")
    li.hears("129 元已原路退回")
    before = len(shop.transcript(li.chat))
    li.says("谢谢")
    li.hears(re.compile("不客气|应该的"))
    after = shop.transcript(li.chat)[before:]
    assert [one.author for one in after] == ["customer", "bot"]
    assert not after[-1].asks
    li.picture(story)
    mei.picture(story)

    for secret in ("密封圈", "产品组"):
        assert secret not in li.screen()
        shop.nobody_was_told(li.chat, secret)
    shop.has_sound_books()


def test_a_crushed_parcel_from_telegram_to_the_desk_and_back_to_the_bot(shop: Shop, new_context: NewContext) -> None:
    story = "telegram-desk"
    shop.hires("tom", "Tom", languages=("en",))
    shop.hires("ruth", "Ruth", Role.SUPERVISOR, languages=("en",))
    anna = OnTelegram(shop, shop.telegram.ask(lambda: shop.telegram.server.user("Anna", language="en")))
    tom = AtTheDesk(shop, new_context(viewport=SCREEN).new_page(), "tom")
    ruth = AtTheDesk(shop, new_context(viewport=SCREEN, color_scheme="dark").new_page(), "ruth")

    anna.says(PARCEL)
    anna.hears("I've also asked a colleague to look at this in person")

    tom.page.reload()
    tom.finds("absolutely furious")
    expect(tom.beside("summary")).to_contain_text("they are very angry")
    tom.picture(story)
    tom.claims()
    anna.hears("Tom is here now")
    tom.writes("Hello Anna, I'm Tom. I'm sorry about the kettle, and about the calls. May I see the box?")
    anna.hears("May I see the box?")
    anna.sends_a_photo("there you go")
    tom.sees_a_photo()
    tom.notes("Third crushed parcel from that depot this week")
    tom.chooses_category("damaged_in_transit")
    tom.writes("This is what the label should look like. Is yours the same?", with_photo=True)
    anna.gets_a_photo()
    shop.is_silent_since(anna.chat, "Tom is here")
    tom.picture(story)

    tom.passes_on_to("Ruth", "Please decide on the refund")
    anna.hears("Ruth is here now")
    ruth.goes_to(anna.chat)
    ruth.sees("Please decide on the refund", "note")
    expect(ruth.page.locator(".standing")).to_have_text("You have this chat.")
    ruth.writes("Hello Anna, I'm Ruth. You get your money back. The assistant takes down the last details.")
    anna.hears("You get your money back")
    shop.is_silent_since(anna.chat, "Tom is here")
    ruth.picture(story)
    ruth.gives_back("Refund of £49 agreed")

    asked = anna.hears("I'm the assistant again")
    assert "what name may we use" in asked.lower(), "the photo is there, and Tom settled what it is about"
    anna.picture(story)
    shop.nobody_was_told(anna.chat, "Refund of £49 agreed")
    shop.nobody_was_told(anna.chat, "that depot")
    shop.has_sound_books()
