"""Who the customer is and how to reach them; and order numbers, which must not be taken for phones."""

import pytest

from dialogs.understanding.formats.contacts import find_emails, find_names, find_phones, find_preferences
from dialogs.understanding.formats.order_numbers import OrderNumbers
from dialogs.understanding.text import flatten

WORDS = frozenset({"furious", "angry", "waiting", "sorry", "the", "your"})


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("anna@example.com", "anna@example.com"),
        ("邮箱anna.lee@example.com.cn，谢谢", "anna.lee@example.com.cn"),
        ("Write to Anna+shop@Example.COM.", "Anna+shop@example.com"),
        ("我的邮箱是１23456@qq.com", "123456@qq.com"),
        ("not an address: foo@bar", None),
        ("a@b..com", None),
        ("@mention me", None),
        ("it's sam dot reid at example dot com", "sam.reid@example.com"),
        ("anna dot k at mail dot co dot uk thanks", "anna.k@mail.co.uk"),
        ("邮箱是min88艾特qq点com", "min88@qq.com"),
        ("I was at work at nine dot dot dot", None),
        ("look at that dot com thing", None),
        ("my flatmate.com order, dot by dot", None),
    ],
)
def test_e_mail_addresses(text: str, email: str | None) -> None:
    assert [span.value for span in find_emails(text, flatten(text))] == ([email] if email else [])


@pytest.mark.parametrize(
    ("text", "region", "phone"),
    [
        ("13812345678", "CN", "+8613812345678"),
        ("电话13812345678", "CN", "+8613812345678"),
        ("手机:138 1234 5678", "CN", "+8613812345678"),
        ("138-1234-5678", "CN", "+8613812345678"),
        ("+86 138 1234 5678", "GB", "+8613812345678"),
        ("010-62345678", "CN", "+861062345678"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("call me on 07911 123456", "GB", "+447911123456"),
        ("+44 7911 123456", "CN", "+447911123456"),
        ("(212) 555-2368", "US", "+12125552368"),
        ("004915112345678", "CN", "+4915112345678"),
        ("13812345678", "GB", "+8613812345678"),
        ("1234567", "CN", None),
        ("2026-11-03", "CN", None),
        ("99999999999", "CN", None),
        ("07700 900123", "GB", "+447700900123"),
        ("0123456789", "GB", None),
    ],
)
def test_phone_numbers(text: str, region: str, phone: str | None) -> None:
    found = find_phones(text, flatten(text), (region, "CN"))
    assert [span.value for span in found] == ([phone] if phone else [])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫王小明", "王小明"),
        ("我叫王小明，电话13800000000", "王小明"),
        ("我的名字是欧阳娜娜", "欧阳娜娜"),
        ("我姓王", "王"),
        ("姓名：李雷", "李雷"),
        ("我是李雷。", "李雷"),
        ("My name is Anna Lee", "Anna Lee"),
        ("my name is anna", "Anna"),
        ("This is Anna Lee speaking", "Anna Lee"),
        ("Hi, I'm Anna", "Anna"),
        ("I’m Anna and my kettle broke", "Anna"),
        ("Name: Seán O'Brien", "Seán O'Brien"),
        ("I'm Furious", None),
        ("I'm waiting", None),
        ("This is outrageous", None),
        ("我是会员", None),
        ("我是来投诉的", None),
        ("你叫什么名字", None),
    ],
)
def test_names_are_taken_only_when_said_as_names(text: str, name: str | None) -> None:
    assert [span.value for span in find_names(text, flatten(text), WORDS)] == ([name] if name else [])


@pytest.mark.parametrize(
    ("text", "prefers", "time"),
    [
        ("打电话给我，晚上七点以后", "phone", "晚上七点以后"),
        ("邮件联系我就好", "email", None),
        ("就在这里聊吧", "chat", None),
        ("please call me after 6pm", "phone", "after 6pm"),
        ("please call me, not before 10", "phone", "not before 10"),
        ("text me", "phone", None),
        ("by email please", "email", None),
        ("in this chat", "chat", None),
        ("email", "email", None),
        ("电话", "phone", None),
        ("call me on weekdays", "phone", "on weekdays"),
        ("不要打电话给我", None, "不要打电话给我"),
        ("please don't call me", None, "please don't call me"),
        ("no name please, don't call me, write to a@b.org", None, "don't call me"),
        ("不想写真名, 别打电话", None, "别打电话"),
        ("叫我老秦 别打电话 白天上班", None, "别打电话"),
        ("they never call me back", None, None),
        ("客服打电话给我说不能退", None, None),
        ("工作日白天", None, "工作日白天"),
        ("not before noon", None, "not before noon"),
        ("call me any time after 6 except thursdays", "phone", "any time after 6 except thursdays"),
        ("call me after six pm", "phone", "after six pm"),
        ("it stopped after six days, call me", "phone", None),
        ("it broke again after 3 weeks. ring me", "phone", None),
        ("别在中午打给我，我午休", None, "别在中午打给我"),
        ("不方便留电话 在这说就行", "chat", None),
        ("same number i'm texting from", "chat", None),
        ("the same number of parts is missing", None, None),
    ],
)
def test_how_and_when_the_customer_wants_to_be_reached(text: str, prefers: str | None, time: str | None) -> None:
    found = {span.slot: span.value for span in find_preferences(text, flatten(text), False)}
    assert (found.get("prefers"), found.get("contact_time")) == (prefers, time)


ORDERS = OrderNumbers([r"AM\d{10}", r"\d{12,18}"])


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("AM2611180042", "AM2611180042"),
        ("订单am2611180042坏了", "AM2611180042"),
        ("order 202611180042 please", "202611180042"),
        ("ＡＭ２６１１１８００４２", "AM2611180042"),
        ("AM26111800421234", None),
        ("13812345678", None),
        ("身份证110101199003071234", None),
        ("tracking number 123456789012345", None),
    ],
)
def test_order_numbers(text: str, order: str | None) -> None:
    found = ORDERS.find(text, flatten(text))
    assert [span.value for span in found if span.slot == "order_number"] == ([order] if order else [])
