"""Looking at a Rasa server for `amends doctor`: does it answer, with which version, with a model of this playbook."""

from __future__ import annotations

from collections.abc import Collection

import httpx

from engine.providers.rasa import known
from engine.providers.rasa_server import ranking_of

PATIENCE = 5.0
TRIED = "the parcel never came 快递没到"
"""Parsed once, to see what the model knows. Nobody's words."""


class RasaUnfit(Exception):
    """Why Rasa could not be asked, and what to do about it."""


def look_at_rasa(url: str, token: str, labels: Collection[str]) -> str:
    """The version and the model of the server at `url`. Raises `RasaUnfit`.

    Args:
        labels: the playbook's intents; a model that knows none of them was trained for another playbook.
    """
    query = {"token": token} if token else {}
    try:
        with httpx.Client(base_url=url, params=query, timeout=PATIENCE, trust_env=False) as client:
            return _looked(client, labels)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RasaUnfit(
            f"no Rasa answers at AMENDS_RASA_URL ({type(error).__name__}); start it: make rasa-serve. "
            "Until then local reads"
        ) from None


def _looked(client: httpx.Client, labels: Collection[str]) -> str:
    version = str(client.get("/version").json()["version"])
    status = client.get("/status")
    if status.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise RasaUnfit(f"Rasa {version} refuses AMENDS_RASA_TOKEN; give it what Rasa was started with as --auth-token")
    if status.status_code == httpx.codes.CONFLICT:
        raise RasaUnfit(f"Rasa {version} has loaded no model; train one: make rasa-train")
    model = str(status.json()["model_file"]).rsplit("/", 1)[-1]
    ranking = ranking_of(client.post("/model/parse", json={"text": TRIED}).content) or {}
    if not (ours := known(ranking, labels)):
        raise RasaUnfit(f"Rasa's model {model} knows none of the playbook's intents; train one: make rasa-train")
    return f"version {version}, model {model}, which knows {len(ours)} of {len(labels)} intents"
