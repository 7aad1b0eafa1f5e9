"""From settings to what accounts need: who must have a second step, where else people sign in, the staff's group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.refusal import BadSettings
from bot.settings import Settings, is_token
from handlers.desk.accounts.accounts import Accounts, Removal
from storage.staff.accounts import Role

if TYPE_CHECKING:
    from handlers.desk.accounts.issuer import Issuer
    from handlers.staff_telegram.channel import StaffChannel


def accounts(settings: Settings, staff: StaffChannel | None) -> Accounts:
    """What the desk's accounts need. Raises `BadSettings`."""
    group = staff if staff is not None and settings.staff_chat else None

    async def remove(user: int) -> Removal:
        assert group is not None
        return await _removal(group, user)

    return Accounts(second_step_for(settings), issuer(settings), remove if group else None)


def second_step_for(settings: Settings) -> frozenset[Role]:
    """The roles that must have a second step. Raises `BadSettings`."""
    return frozenset(_role("AMENDS_SECOND_STEP_FOR", each) for each in _listed(settings.second_step_for))


def issuer(settings: Settings) -> Issuer | None:
    """Where else people sign in, if anywhere; its library is loaded only then. Raises `BadSettings`."""
    url = settings.oidc_issuer.strip()
    if not url:
        return None
    if not url.startswith(("https://", "http://")) or not settings.oidc_client_id.strip():
        raise BadSettings("AMENDS_OIDC_ISSUER must be an address, and AMENDS_OIDC_CLIENT_ID what it calls this desk")
    from handlers.desk.accounts.issuer import Client, Issuer, is_safe

    if not is_safe(url):
        raise BadSettings("AMENDS_OIDC_ISSUER must begin with https://; http:// is for this machine alone")
    client = Client(
        url, settings.oidc_client_id.strip(), settings.oidc_client_secret.get_secret_value().strip(),
        settings.oidc_name.strip(), settings.oidc_role_claim.strip(), _roles(settings),
    )  # fmt: skip
    return Issuer(client)


async def removed_from_group(settings: Settings, user: int) -> Removal | None:
    """Take somebody out of the staff's group from the command line; None where there is none."""
    if not is_token(settings.staff) or not settings.staff_chat:
        return None
    from engine.delivery import DeliveryError
    from handlers.staff_telegram.api import StaffBotApi
    from handlers.staff_telegram.group_removal import NoRight, remove

    api = StaffBotApi(settings.staff, settings.telegram_api_url)
    try:
        await remove(api, settings.staff_chat, user)
    except NoRight:
        return Removal.NO_RIGHT
    except DeliveryError:
        return Removal.FAILED
    finally:
        await api.close()
    return Removal.DONE


async def _removal(group: StaffChannel, user: int) -> Removal:
    from engine.delivery import DeliveryError
    from handlers.staff_telegram.group_removal import NoRight

    try:
        await group.remove(user)
    except NoRight:
        return Removal.NO_RIGHT
    except DeliveryError:
        return Removal.FAILED
    return Removal.DONE


def _roles(settings: Settings) -> Mapping[str, Role]:
    """`desk-admins=administrator,desk=agent` as a mapping. Raises `BadSettings`."""
    pairs = (each.rpartition("=") for each in _listed(settings.oidc_roles))
    return {value.strip(): _role("AMENDS_OIDC_ROLES", role) for value, _, role in pairs}


def _role(name: str, given: str) -> Role:
    try:
        return Role(given.strip().lower())
    except ValueError:
        raise BadSettings(f"{name}: {given.strip()} is no role; choose of: {', '.join(Role)}") from None


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]
