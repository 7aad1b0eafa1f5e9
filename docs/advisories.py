"""`make audit-dependencies`: the locked versions against published advisories, by pip-audit on its own.

Where no source of advisories can be reached, as behind a mirror, it says so and is no failure.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
TOOL = "pip-audit==2.10.1"
SOURCES = ("pypi", "osv")
SECONDS = 15
"""How long a source may take to answer."""


def asked(source: str) -> list[dict[str, Any]] | None:
    """What a source knows of each locked package; None where it cannot be asked."""
    lock = ROOT / "requirements.lock"
    given = ["--requirement", str(lock), "--disable-pip", *(["--require-hashes"] if hashed(lock) else ["--no-deps"])]
    shown = ["--format", "json", "--progress-spinner", "off", "--vulnerability-service", source]
    command = [str(Path(sys.executable).with_name("uv")), "tool", "run", "--quiet", TOOL, *given, *shown]
    done = subprocess.run([*command, "--timeout", str(SECONDS)], capture_output=True, text=True, check=False)
    try:
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return None
    return found if any("skip_reason" not in each for each in found) else None


def hashed(lock: Path) -> bool:
    return "--hash=" in lock.read_text()


def told(found: Sequence[dict[str, Any]]) -> list[str]:
    """A line for each advisory."""
    return [
        f"{each['name']} {each['version']}: {known['id']}, mended in {', '.join(known['fix_versions']) or 'none'}"
        for each in found
        for known in each.get("vulns", ())
    ]


def main() -> int:
    for source in SOURCES:
        if (found := asked(source)) is not None:
            lines = told(found)
            unknown = sum("skip_reason" in each for each in found)
            print("\n".join(lines) or f"{source}: nothing is known of {len(found) - unknown} locked versions")
            if unknown:
                print(f"{unknown} could not be looked up")
            return 1 if lines else 0
    print(f"skipped: no source of advisories can be reached ({', '.join(SOURCES)})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
