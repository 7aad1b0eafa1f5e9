"""The country a time zone speaks of, for numbers and dates written without one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_COUNTRIES = {
    "GB": "Europe/London Europe/Belfast GB", "IE": "Europe/Dublin", "FR": "Europe/Paris", "DE": "Europe/Berlin",
    "ES": "Europe/Madrid", "IT": "Europe/Rome", "NL": "Europe/Amsterdam", "BE": "Europe/Brussels",
    "PT": "Europe/Lisbon", "AT": "Europe/Vienna", "CH": "Europe/Zurich", "SE": "Europe/Stockholm",
    "NO": "Europe/Oslo", "DK": "Europe/Copenhagen", "FI": "Europe/Helsinki", "PL": "Europe/Warsaw",
    "CZ": "Europe/Prague", "HU": "Europe/Budapest", "GR": "Europe/Athens", "RO": "Europe/Bucharest",
    "RU": "Europe/Moscow", "TR": "Europe/Istanbul", "UA": "Europe/Kyiv Europe/Kiev",
    "US": "America/New_York America/Chicago America/Denver America/Los_Angeles America/Phoenix America/Detroit"
    " America/Anchorage Pacific/Honolulu",
    "CA": "America/Toronto America/Vancouver America/Montreal America/Edmonton America/Winnipeg America/Halifax",
    "MX": "America/Mexico_City America/Monterrey America/Tijuana America/Cancun", "BR": "America/Sao_Paulo",
    "AR": "America/Argentina/Buenos_Aires America/Buenos_Aires America/Argentina/Cordoba", "CO": "America/Bogota",
    "CL": "America/Santiago", "PE": "America/Lima", "UY": "America/Montevideo", "DO": "America/Santo_Domingo",
    "CN": "Asia/Shanghai Asia/Urumqi Asia/Chongqing PRC", "HK": "Asia/Hong_Kong", "TW": "Asia/Taipei",
    "MO": "Asia/Macau", "SG": "Asia/Singapore", "MY": "Asia/Kuala_Lumpur", "JP": "Asia/Tokyo", "KR": "Asia/Seoul",
    "IN": "Asia/Kolkata Asia/Calcutta", "TH": "Asia/Bangkok", "VN": "Asia/Ho_Chi_Minh Asia/Saigon",
    "ID": "Asia/Jakarta", "PH": "Asia/Manila", "AE": "Asia/Dubai", "IL": "Asia/Jerusalem", "PK": "Asia/Karachi",
    "AU": "Australia/Sydney Australia/Melbourne Australia/Brisbane Australia/Perth Australia/Adelaide",
    "NZ": "Pacific/Auckland", "ZA": "Africa/Johannesburg", "NG": "Africa/Lagos", "KE": "Africa/Nairobi",
    "EG": "Africa/Cairo",
}  # fmt: skip
_BY_ZONE: Mapping[str, str] = MappingProxyType(
    {zone: country for country, zones in _COUNTRIES.items() for zone in zones.split()}
)
_EUROPE = "Europe/"


def country_of(timezone: str) -> str:
    """The ISO 3166 code of the country whose zone this is; empty for a zone that is not in the table."""
    return _BY_ZONE.get(timezone, "")


def region_of(region: str, timezone: str, shop: str) -> str:
    """The region that decides how a date is written: the customer's own, their zone's, else the shop's.

    A browser set to American English in Europe is no American: Europe writes the day first.
    """
    of_zone = country_of(timezone)
    if timezone.startswith(_EUROPE) and (not region or region == "US"):
        return of_zone or "EU"
    return region or of_zone or shop
