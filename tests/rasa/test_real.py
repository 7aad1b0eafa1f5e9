"""A real Rasa, trained on the shop's examples, asked by a real turn, and killed half way through a journey.

Minutes long, so `make test-rasa` runs it and `make test` does not. Skipped where `make rasa` was not run.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.local_provider import LocalUnderstanding
from engine.providers.rasa import RasaUnderstanding
from engine.providers.rasa_check import RasaUnfit, look_at_rasa
from engine.providers.rasa_server import RasaServer
from tests.rasa.conftest import PLENTY
from tests.rasa.playing import JOURNEYS, expected, filed
from tests.rasa.real import RASA, ROOT, RealRasa
from tests.rasa.stand_in import parsed

TOKEN = "for-tests-only"

pytestmark = [
    pytest.mark.rasa,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not RASA.exists(), reason="Rasa is not installed; run: make rasa"),
]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, shop: Playbook) -> RealRasa:
    """A project with a model; nothing is served yet."""
    real = RealRasa(tmp_path_factory.mktemp("rasa"))
    real.train("logreg", shop)
    return real


@pytest.fixture(scope="module")
def standing(trained: RealRasa) -> Iterator[RealRasa]:
    yield trained
    trained.kill()


@pytest.fixture
def served(standing: RealRasa) -> RealRasa:
    """A server with the model loaded; started anew where a test has killed it."""
    if not standing.alive:
        standing.start(TOKEN)
    return standing


@pytest.fixture
def reader(served: RealRasa, shop: Playbook, local: LocalUnderstanding) -> Iterator[RasaUnderstanding]:
    asking = RasaUnderstanding(shop, RasaServer(served.url, TOKEN, PLENTY), local)
    yield asking
    asking.close()


def test_this_folder_does_not_hide_rasa_itself() -> None:
    """Run from the root of the project, where a folder of the same name lies."""
    found = subprocess.run(
        [RASA.with_name("python"), "-c", "import rasa; print(rasa.__version__)"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert found.stdout.strip() == "3.6.21"


def test_it_answers_as_the_stand_in_does_and_the_doctor_finds_it_well(served: RealRasa, shop: Playbook) -> None:
    labels = {label for examples in shop.examples.values() for label in examples.intents}
    assert "knows 29 of 29 intents" in look_at_rasa(served.url, TOKEN, labels)
    with pytest.raises(RasaUnfit, match="AMENDS_RASA_TOKEN"):
        look_at_rasa(served.url, "a guess", labels)
    answer = _parse(served, "the parcel never came")
    stand_in = json.loads(parsed("the parcel never came", {"complain.delivery": 1.0}))
    assert answer.keys() >= stand_in.keys()
    assert answer["intent_ranking"][0]["name"] == "complain.delivery"


async def test_a_chinese_and_an_english_journey_end_as_written(reader: RasaUnderstanding, tmp_path: Path) -> None:
    for language, path in JOURNEYS.items():
        (tmp_path / language).mkdir()
        assert await filed(path, tmp_path / language, reader, lambda: None) == expected(path)
    assert reader.counts.texts > 0
    assert reader.counts.fallbacks == 0


@pytest.mark.parametrize("path", JOURNEYS.values(), ids=JOURNEYS.keys())
async def test_it_is_killed_half_way_and_the_journey_goes_on(
    path: Path, served: RealRasa, reader: RasaUnderstanding, tmp_path: Path
) -> None:
    assert await filed(path, tmp_path, reader, served.kill) == expected(path)


def _parse(served: RealRasa, text: str) -> dict[str, list[dict[str, object]]]:
    asked = Request(f"{served.url}/model/parse?token={TOKEN}", json.dumps({"text": text}).encode())
    with urlopen(asked, timeout=PLENTY) as answer:
        body: dict[str, list[dict[str, object]]] = json.load(answer)
    return body
