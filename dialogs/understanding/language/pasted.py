"""What is pasted into a text and is nobody's language: links, addresses, codes, and what a share button writes."""

from __future__ import annotations

import re

_SIGNS = re.compile(r"[/@_\d\[【「]|\w\.\w|链接|复制")
"""One of these is in every text that has something to take out."""

_PASTED = re.compile(
    r"(?:https?://|www\.)(?:[A-Za-z0-9._~:/?#@!$&*+;=%-]|(?<=[/=])[㐀-鿿]+)*"
    r"|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|cn|net|org|io|co|app|shop|store|tw|hk|example)\b(?:/[A-Za-z0-9._~/?#=&%-]*)?"
    r"|(?<![\w㐀-鿿])[a-z]*[_\d][a-z0-9_./:#-]*"
    r"|(?<![\w.:])[a-z]+(?:[._:]{1,2}[a-z]+){2,}(?:\(\))?"
    r"|点击链接(?:直接)?打开|复制(?:这段|此|本)?(?:内容|链接|信息|消息)?[后,]*打开[㐀-鿿]{0,6}|打开手机[㐀-鿿]{2,6}|快来看看?吧?"
)
_SHARED = re.compile(r"[【「\[][^】」\]\n]{1,80}[】」\]]")
_LINKS = re.compile(r"https?://|www\.")


def without_pasted(flat: str) -> str:
    """A flattened text without what was pasted into it; the titles in brackets beside a shared link go with it."""
    if not _SIGNS.search(flat):
        return flat
    plain = _SHARED.sub(" ", flat) if _LINKS.search(flat) else flat
    return _PASTED.sub(" ", plain)
