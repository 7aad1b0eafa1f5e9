"""The flows are a small core and capabilities beside each other: what each may import, and what it must declare."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from fnmatch import fnmatchcase
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import dialogs
from dialogs.flows.capabilities import CAPABILITIES
from dialogs.flows.capability import Capability, Clash, Responder, Timer, together
from dialogs.flows.questions import IDLE
from dialogs.flows.state import PARTS, Conversation, changed
from dialogs.playbooks.keys import TEXTS, required_keys
from dialogs.playbooks.loading import load_playbook
from tests.dialogs.playbooks.spoken import spoken_in

DIALOGS = Path(dialogs.__path__[0])
FLOWS = DIALOGS / "flows"
TOP = {"step", "router", "capabilities"}
"""What knows the capabilities; everything else beside them is the core, and does not."""
MOST = 20
EACH = {one.name: one for one in CAPABILITIES.each}
FOLDERS = sorted(path.parent for path in FLOWS.glob("*/__init__.py"))


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(DIALOGS.parent).with_suffix("").parts)


@cache
def imports_of(path: Path) -> frozenset[str]:
    """The modules that a module imports at run time."""
    return frozenset(_imports(ast.parse(path.read_text("utf-8"))))


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom):
            folder = DIALOGS.parent / (node.module or "").replace(".", "/")
            yield from (f"{node.module}.{one.name}" for one in node.names) if folder.is_dir() else (node.module or "",)
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        yield from _imports(node)


def others(folder: Path) -> set[str]:
    """The modules of other capabilities that one builds on: `queue.handoff_queue`."""
    found = {name.removeprefix("dialogs.flows.") for path in folder.glob("*.py") for name in imports_of(path)}
    return {name for name in found if name.partition(".")[0] in EACH and name.partition(".")[0] != folder.name}


def test_each_folder_is_a_capability_and_each_capability_a_folder() -> None:
    assert {folder.name for folder in FOLDERS} == set(EACH)
    assert all((folder / "manifest.py").exists() for folder in FOLDERS)


@pytest.mark.parametrize("folder", [FLOWS, *FOLDERS], ids=lambda folder: folder.name)
def test_no_folder_is_crowded(folder: Path) -> None:
    modules = [path.name for path in folder.glob("*.py") if path.stem != "__init__"]
    assert len(modules) <= MOST, modules


def test_the_core_knows_no_capability() -> None:
    core = [path for path in FLOWS.glob("*.py") if path.stem not in TOP]
    known = {f"{path.stem} imports {name}" for path in core for name in imports_of(path) if _is_of_one(name)}
    assert not known


def _is_of_one(name: str) -> bool:
    return name.startswith("dialogs.flows.") and name.split(".")[2] in EACH


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_capability_builds_on_what_it_says_and_on_nothing_else_of_the_others(folder: Path) -> None:
    assert others(folder) == set(EACH[folder.name].uses)


def test_capabilities_build_on_each_other_in_one_direction() -> None:
    known = {folder.name: {name.partition(".")[0] for name in others(folder)} for folder in FOLDERS}
    assert list(TopologicalSorter(known).static_order())


def test_no_modules_of_the_dialogs_import_each_other_in_a_circle() -> None:
    """The trap of before: a module could be imported only after another, and nobody could say which."""
    modules = {module_of(path): path for path in DIALOGS.rglob("*.py")}
    known = {name: imports_of(path) & modules.keys() for name, path in modules.items()}
    assert list(TopologicalSorter(known).static_order())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_capability_declares_what_it_alone_says(folder: Path) -> None:
    declared = {**TEXTS, **EACH[folder.name].texts}
    known = required_keys(load_playbook("shop").file)
    said = {mention.key for path in sorted(folder.glob("*.py")) for mention in spoken_in(path)}
    patterns = [re.sub(r"{\w+}", "*", key) for key in declared]
    needed = {key for key in said if key in known}
    assert not {key for key in needed if not any(fnmatchcase(key, one) for one in patterns)}


@pytest.mark.parametrize("name", EACH)
def test_a_capability_says_what_it_declares(name: str) -> None:
    """Or the core does for it: how a slot is asked for, or what a person is wanted for."""
    said = {mention.key for path in (*(FLOWS / name).glob("*.py"), *FLOWS.glob("*.py")) for mention in spoken_in(path)}
    idle = {key for key in EACH[name].texts if "{" not in key and not any(fnmatchcase(key, one) for one in said)}
    assert not idle


def _called(name: str, at: int) -> Iterator[tuple[str, str]]:
    """The fixed words given to calls of a name, and where."""
    for path in sorted(FLOWS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or len(node.args) <= at:
                continue
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called == name and isinstance(word := node.args[at], ast.Constant) and isinstance(word.value, str):
                yield word.value, f"{path.relative_to(FLOWS)}:{node.lineno}"


def test_every_button_leads_to_a_command() -> None:
    offered = dict(_called("Act", 0))
    assert {"answer", "person", "new_case"} <= offered.keys()
    assert not {word: where for word, where in offered.items() if word not in {*CAPABILITIES.commands, "yes", "no"}}


def test_every_question_that_is_put_is_one_that_can_be_put_again() -> None:
    posed = dict(_called("pose", 1)) | dict(_called("ask", 0))
    assert {"confirm", "cancel", "language"} <= posed.keys()
    assert not {word: where for word, where in posed.items() if word not in {*CAPABILITIES.questions, IDLE}}


def test_each_part_of_the_state_is_one_capability_s() -> None:
    owned = sorted(one.state for one in CAPABILITIES.each if one.state)
    assert owned == sorted(PARTS)
    names = [name for part in PARTS.values() for name in part]
    assert len(names) == len(set(names)), "a name stands in two parts"
    assert not set(names) & {one.name for one in fields(Conversation)}


def test_a_change_lands_in_the_part_it_belongs_to() -> None:
    chat = changed(Conversation(), turn=3, misses=2, nudged=1, language="zh")
    assert (chat.turn, chat.intake.misses, chat.intake.nudged, chat.session.language) == (3, 2, 1, "zh")
    assert chat.queue is Conversation().queue
    with pytest.raises(TypeError, match="nonsense"):
        changed(chat, nonsense=1)


def test_the_responders_are_tried_in_the_order_of_their_numbers() -> None:
    orders = [responder.order for responder in CAPABILITIES.responders]
    assert orders == sorted(orders)
    assert all(responder.because for responder in CAPABILITIES.responders)


def _one(name: str, **declared: object) -> Capability:
    return replace(Capability(name), **declared)  # type: ignore[arg-type]


def _takes_nothing(*_: object) -> None:
    return None


_LOUD = Responder("loud", 10, _takes_nothing, "it is first")


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (_one("one"), "capability one"),
        (_one("other", responders=(replace(_LOUD, name="soft"),)), "order 10"),
        (_one("other", responders=(replace(_LOUD, order=20),)), "responder loud"),
        (_one("other", commands={"shout": _takes_nothing}), "command shout"),
        (_one("other", texts={"loud.hello": ""}), "text loud.hello"),
        (_one("other", timers=(Timer("echo", _takes_nothing, _takes_nothing),)), "timer echo"),  # type: ignore[arg-type]
    ],
    ids=lambda one: one if isinstance(one, str) else one.name,
)
def test_what_two_declare_is_a_clash_that_says_what_to_do(other: Capability, what: str) -> None:
    timers = (Timer("echo", _takes_nothing, _takes_nothing),)  # type: ignore[arg-type]
    commands: Mapping[str, object] = {"shout": _takes_nothing}
    one = _one("one", responders=(_LOUD,), commands=commands, texts={"loud.hello": ""}, timers=timers)
    with pytest.raises(Clash, match=f"{what}: give one of them another"):
        together(one, other)
