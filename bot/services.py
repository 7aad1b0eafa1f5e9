"""Settings of the services that understanding may ask: a Rasa server, a language model."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings


class Services(BaseSettings):
    """Where they are, what opens them, and how long they are waited for."""

    rasa_url: str = Field(default="http://127.0.0.1:5005", description="Address of the Rasa server.")
    rasa_token: SecretStr = Field(
        default=SecretStr(""), description="What the Rasa server was started with as `--auth-token`. Unset: nothing."
    )
    rasa_deadline: float = Field(
        default=1.0,
        gt=0,
        le=10,
        description="Seconds that Rasa may take for all the messages of a moment; then `local` reads them.",
    )
    llm_url: str = Field(
        default="http://127.0.0.1:11434/v1",
        description="Address of the language model, as OpenAI's clients take it: `https://host/v1`.",
    )
    llm_model: str = Field(default="", description="The model's name there. `llm` needs one.")
    llm_key: SecretStr = Field(default=SecretStr(""), description="Key of that address. Unset: none.")
    llm_deadline: float = Field(
        default=4.0,
        gt=0,
        le=8,
        description="Seconds that the language model may take for a message; then `local` has read it.",
    )
    llm_at_once: int = Field(
        default=8, ge=1, le=256, description="Messages that the language model is asked about at the same time."
    )
    llm_mask: Literal["on", "off"] = Field(
        default="on",
        description="Whether names, addresses, telephones and numbers are masked before a message goes to the language "
        "model: `on` or `off`.",
    )

    @field_validator("rasa_url", "llm_url")
    @classmethod
    def _address(cls, given: str) -> str:
        given = given.strip()
        if not given.startswith(("http://", "https://")) or not _has_host(given):
            raise ValueError("must be an address that begins with http:// or https://")
        return given


def _has_host(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False
