"""How deep imports go: whoever opens a module can see what it stands on, and a change below reaches few above."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUN = "import ast, sys; sys.path.insert(0, 'docs'); import depth; "
DEEPEST = 15
"""Modules in the longest chain of imports, as was agreed; 14 when this was written. `docs/depth.py` shows the chain."""


def _asked(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", RUN + code], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout


def test_no_chain_of_imports_is_longer_than_agreed() -> None:
    longest = _asked("depth.main()")
    assert int(longest.split()[0]) <= DEEPEST, longest


def test_a_chain_is_as_long_as_its_longest_way_down() -> None:
    graph = "{'top': {'side', 'middle'}, 'middle': {'low'}, 'side': set(), 'low': set()}"
    assert _asked(f"print(depth.depths({graph})['top'], depth.chain({graph}, 'top'))") == "3 ('top', 'middle', 'low')\n"


def test_what_is_imported_only_for_types_or_only_when_called_is_not_counted() -> None:
    source = "import a\nif TYPE_CHECKING:\n    import b\nelse:\n    import c\ndef f():\n    import d\n"
    assert _asked(f"print(*depth.imported(ast.parse({source!r})))") == "a c\n"


def test_what_a_module_takes_from_a_package_is_counted_as_the_module_that_it_may_be() -> None:
    assert _asked("print(*depth.imported(ast.parse('from a import b')))") == "a a.b\n"
