"""Whatever a customer writes, in whatever order, the bot answers and keeps its head."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs.flows.effects import OpenCase
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local import LocalUnderstanding
from tests.dialogs.talk import Talk

USUAL = """
hello / 你好 / my parcel never arrived / 我的包裹丢了 / AM2611020456 / yes / no / 不对 / skip / 没有 / back / 返回
cancel / 取消 / status / help / refund / 退款 / change the name / 改订单号 / last Tuesday / 昨天 / £49.99 / 350元
anna@example.com / 13800138000 / a person please / withdraw / thanks / asdfgh / 1 / 2 / English please / 说中文
another problem: the lamp is broken / 另外耳机也坏了 / start over / 就在这里回复 / C-2611-000001
""".strip().replace("\n", " / ")

WORDS = st.one_of(st.sampled_from(USUAL.split(" / ")), st.text(max_size=80))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(words=st.lists(WORDS, max_size=25))
def test_every_message_is_answered_and_a_case_follows_only_a_summary(
    shop: Playbook, local: LocalUnderstanding, words: list[str]
) -> None:
    talk = Talk(shop, local)
    for text in words:
        asked = talk.asks
        heard = talk.says(text)
        assert heard
        assert "{" not in heard or any("{" in said for said in words)
        filed = any(isinstance(effect, OpenCase) for effect in talk.effects)
        assert not filed or asked == "confirm"
