"""How much may be kept and how often it may ring, and who looks at files, from the settings."""

from __future__ import annotations

import hmac

from bot.opening import audit_key
from bot.settings import Settings
from dialogs.playbooks.playbook import Playbook
from engine.scanning.clamd import Clamd
from handlers.channels.web.proof_of_work import ProofOfWork
from handlers.http.client_networks import Sources
from storage.files.attachments import MEGABYTE, FileStore
from storage.files.quotas import Quotas
from storage.files.room import StorageRoom
from storage.security.alert_rate import Rate


def room(settings: Settings) -> StorageRoom:
    """Room for files in all."""
    return StorageRoom(settings.space_reserve_mb * MEGABYTE, settings.files_most_mb * MEGABYTE, settings.files_most)


def file_store(settings: Settings, playbook: Playbook) -> FileStore:
    """Where files are kept, with room for so many, and looked at by the scanner, if there is one."""
    scanner, largest = clamd(settings), playbook.file.attachments.largest_mb * MEGABYTE
    return FileStore(settings.data_dir / "files", largest, room(settings), scanner.scan if scanner else None)


def rate(settings: Settings) -> Rate:
    """How many chats of one network may ring for a person."""
    return Rate(settings.ring_minute, settings.ring_hour)


def sources(settings: Settings) -> Sources:
    """Names networks, under a key that is derived from the secret one. A block outlives the rotation of keys."""
    key, *older = (hmac.digest(key, b"networks", "sha256") for key in audit_key(settings).every)
    return Sources(key, tuple(older))


def proof_of_work(settings: Settings) -> ProofOfWork:
    """What a new chat on the page costs its browser."""
    return ProofOfWork(settings.proof_of_work, hmac.digest(audit_key(settings).current, b"proof of work", "sha256"))


def clamd(settings: Settings) -> Clamd | None:
    """The scanner, if there is one."""
    if not settings.clamd:
        return None
    return Clamd(settings.clamd, settings.clamd_deadline, settings.clamd_away == "pass")


def quotas(settings: Settings) -> Quotas:
    """What binds one customer."""
    return Quotas(
        settings.files_chat_mb * MEGABYTE, settings.files_chat, settings.files_day_mb * MEGABYTE, settings.files_day
    )
