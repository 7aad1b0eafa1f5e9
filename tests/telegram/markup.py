"""Marked text to plain text and entities, as strict as Telegram: what it cannot parse is refused. Pure.

HTML and MarkdownV2; the old Markdown is refused, for nobody should write it any more. Source: the Bot API's
"Formatting options".
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.telegram.things import BadRequest, Raw

TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][\w-]*)(?P<rest>[^<>]*)>")
ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
KNOWN = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
    "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link", "tg-emoji": "custom_emoji",
}  # fmt: skip
MARKS = {
    "*": "bold",
    "_": "italic",
    "__": "underline",
    "~": "strikethrough",
    "||": "spoiler",
    "`": "code",
    "```": "pre",
}
MARK = re.compile(r"```|\|\||__|[*_~`]")
LINK_END = re.compile(r"\]\(((?:\\.|[^)\\])*)\)")
RESERVED = frozenset("_*[]()~`>#+-=|{}.!")


@dataclass(slots=True)
class Written:
    """What has been read so far, and the marks still open."""

    text: str = ""
    entities: list[Raw] = field(default_factory=list)
    opened: list[tuple[str, int, Raw]] = field(default_factory=list)

    def open(self, mark: str, **more: str) -> None:
        self.opened.append((mark, _units(self.text), more))

    def close(self, kind: str, **more: str) -> None:
        _, start, known = self.opened.pop()
        if length := _units(self.text) - start:
            self.entities.append({"type": kind, "offset": start, "length": length} | known | more)

    @property
    def innermost(self) -> str:
        return self.opened[-1][0] if self.opened else ""


def parsed(said: str, mode: str | None, entities: Sequence[Raw] | None) -> tuple[str, list[Any]]:
    """Plain text and its entities. Spaces at the ends go, unless entities came ready made."""
    match (mode or "").lower():
        case "":
            return (said, list(entities)) if entities else (said.strip(), [])
        case "html":
            return _trimmed(_html(said))
        case "markdownv2":
            return _trimmed(_markdown(said))
        case _:
            raise BadRequest("unsupported parse_mode")


def _html(said: str) -> Written:
    written, at = Written(), 0
    while (found := said.find("<", at)) >= 0:
        written.text += _plain(said[at:found])
        tag = TAG.match(said, found)
        if tag is None or tag["name"].lower() not in TAGS:
            raise _unparsed(
                f'Unsupported start tag "{tag["name"] if tag else ""}" at byte offset {_bytes(said[:found])}'
            )
        _tag(written, tag)
        at = tag.end()
    written.text += _plain(said[at:])
    if written.opened:
        raise _unparsed(f'Can\'t find end tag corresponding to start tag "{written.innermost}"')
    return written


def _tag(written: Written, tag: re.Match[str]) -> None:
    name, known = tag["name"].lower(), {key: one or two for key, one, two in ATTRIBUTE.findall(tag["rest"])}
    if not tag["end"]:
        if name == "span" and known.get("class") != "tg-spoiler":
            raise _unparsed(f'Tag "span" must have class "tg-spoiler" at byte offset {tag.start()}')
        return written.open(name, **_known(name, known, tag["rest"]))
    if written.innermost != name:
        raise _unparsed(f"Unexpected end tag at byte offset {tag.start()}")
    if name == "a" and "url" not in written.opened[-1][2]:
        return written.close("url")
    return written.close(TAGS[name])


def _known(name: str, attributes: dict[str, str], rest: str) -> dict[str, str]:
    match name:
        case "a" if "href" in attributes:
            return {"url": html.unescape(attributes["href"])}
        case "blockquote" if "expandable" in rest:
            return {"type": "expandable_blockquote"}
        case "tg-emoji":
            return {"custom_emoji_id": attributes.get("emoji-id", "")}
        case _:
            return {}


def _plain(text: str) -> str:
    """Only the four names Telegram knows, and numbers."""
    return KNOWN.sub(lambda found: html.unescape(found[0]), text)


def _markdown(said: str) -> Written:
    written, at = Written(), 0
    while at < len(said):
        at = _next(written, said, at)
    if written.opened:
        raise _unparsed(f"Can't find end of the entity starting at offset {written.opened[-1][1]}")
    return written


def _next(written: Written, said: str, at: int) -> int:
    """Reads one character or mark; where to go on."""
    character, raw = said[at], written.innermost in ("`", "```")
    if character == "\\" and at + 1 < len(said) and ord(said[at + 1]) <= 126:
        written.text += said[at + 1]
        return at + 2
    mark = MARK.match(said, at)
    if mark and (not raw or mark[0] == written.innermost):
        _mark(written, mark[0])
        return mark.end()
    if not raw and character in "[]!":
        return _link(written, said, at)
    quote = character == ">" and (at == 0 or said[at - 1] == "\n")
    if character in RESERVED and not raw and not quote:
        raise _unparsed(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")
    written.text += "" if quote else character
    return at + 1


def _mark(written: Written, mark: str) -> None:
    if written.innermost == mark:
        written.close(MARKS[mark])
    elif mark in [opened for opened, _, _ in written.opened]:
        raise _unparsed(f"Can't find end of {MARKS[written.innermost]} entity")
    else:
        written.open(mark)


def _link(written: Written, said: str, at: int) -> int:
    if said[at] == "[" or said.startswith("![", at):
        written.open("[")
        return at + (1 if said[at] == "[" else 2)
    found = LINK_END.match(said, at)
    if said[at] == "]" and written.innermost == "[" and found:
        written.close("text_link", url=re.sub(r"\\(.)", r"\1", found[1]))
        return found.end()
    raise _unparsed(f"Character '{said[at]}' is reserved and must be escaped with the preceding '\\'")


def _trimmed(written: Written) -> tuple[str, list[Any]]:
    start = _units(written.text) - _units(written.text.lstrip())
    text = written.text.strip()
    end = _units(text)
    return text, sorted((kept for each in written.entities if (kept := _moved(each, start, end))), key=_order)


def _moved(entity: Raw, start: int, end: int) -> Raw | None:
    first = max(entity["offset"] - start, 0)
    last = min(entity["offset"] + entity["length"] - start, end)
    return entity | {"offset": first, "length": last - first} if last > first else None


def _order(entity: Raw) -> tuple[int, int]:
    return entity["offset"], -entity["length"]


def _unparsed(why: str) -> BadRequest:
    return BadRequest(f"can't parse entities: {why}")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _bytes(text: str) -> int:
    return len(text.encode())
