"""Over https the certificate must be the name's, though the connection is made to an address that was judged."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from handlers.webhooks.places import Places
from handlers.webhooks.posting import Posting, PostResult
from tests.webhooks.receiver import Receiver


async def leads_here(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


HERE = Places(private=True, look_up=leads_here)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for hooks.example that vouches for itself, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example")]), critical=False)
    signed = made.sign(key, hashes.SHA256())
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = tmp_path / "hooks.pem"
    file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    file.write_bytes(file.read_bytes() + key.private_bytes(serialization.Encoding.PEM, *plain))
    return file


@pytest.fixture
def port(certificate: Path) -> Iterator[int]:
    receiver = Receiver()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    receiver.encrypt(context)
    yield receiver.port
    receiver.close()


@pytest.mark.parametrize(
    ("host", "trusted", "arrives"),
    [("hooks.example", True, True), ("other.example", True, False), ("hooks.example", False, False)],
    ids=["the name's", "another name's", "vouched for by nobody"],
)
async def test_a_message_goes_only_to_whom_the_certificate_names(
    certificate: Path, port: int, host: str, trusted: bool, arrives: bool
) -> None:
    context = ssl.create_default_context(cafile=str(certificate)) if trusted else None
    posting = Posting(HERE, patience=5, trusting=context)
    answer = await posting.post(f"https://{host}:{port}/hook", {}, b"{}")
    await posting.close()
    assert answer == (PostResult(204) if arrives else PostResult(0, "ConnectError"))
