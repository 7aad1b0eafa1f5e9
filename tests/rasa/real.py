"""A real Rasa in processes of its own: trained on a playbook, served on loopback, killed when told to."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from urllib.request import urlopen

from dialogs.playbooks.playbook import Playbook
from tests.real.server import free_port

ROOT = Path(__file__).parents[2]
RASA = ROOT / ".venv-rasa" / "bin" / "rasa"
"""Made by `make rasa`."""

READY_WITHIN = 180.0
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}


def project() -> ModuleType:
    """The training bridge. It is a script in a folder that is no package, so that it never hides Rasa's own."""
    spec = spec_from_file_location("rasa_project", ROOT / "rasa" / "project.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class NotReady(RuntimeError):
    """Rasa did not do as it was told; the message holds the end of its log."""


@dataclass
class RealRasa:
    """One Rasa project in `folder`, and its server."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def train(self, config: str, playbook: Playbook) -> float:
        """Write the project and train its model; returns the seconds that Rasa took."""
        project().write_project(self.folder, playbook, config)
        begun = time.monotonic()
        train = ["train", "nlu", "--config", "config.yml", "--domain", "domain.yml", "--nlu", "data", "--out", "models"]
        self._run([str(RASA), *train], cwd=self.folder)
        return time.monotonic() - begun

    def start(self, token: str = "") -> None:
        """Serve, and wait until the model is loaded."""
        serve = ["run", "--enable-api", "--model", "models", "--interface", "127.0.0.1", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(RASA), *serve, *(["--auth-token", token] if token else [])],
                env=self.environment(), stdout=log, stderr=log, cwd=self.folder,
            )  # fmt: skip
        self._wait_ready(token)

    def kill(self) -> None:
        """`kill -9` to the server, and to nobody else."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def memory(self) -> float:
        """Resident megabytes now."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "rasa.log"

    def environment(self) -> Mapping[str, str]:
        return {**os.environ, **QUIET}

    def _run(self, command: list[str], cwd: Path) -> None:
        done = subprocess.run(command, env=self.environment(), cwd=cwd, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotReady(f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")

    def _wait_ready(self, token: str) -> None:
        begun = time.monotonic()
        while time.monotonic() - begun < READY_WITHIN and self.alive:
            try:
                with urlopen(f"{self.url}/status?token={token}", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.2)
        raise NotReady(f"rasa run did not become ready:\n{self.log.read_text(errors='replace')[-3000:]}")
