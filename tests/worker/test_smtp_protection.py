"""Passwords and certificates: whom a delivery lets in on, and whom it trusts."""

import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.fakes.smtp_server import FakeSmtp
from tests.worker.smtp_attempt import PATIENT, Slot, send
from worker.mail_server import mail_server_of
from worker.smtp import Accepted, RetryLater


@pytest.fixture
def slot() -> Slot:
    return Slot()


@pytest.fixture
async def server() -> AsyncIterator[FakeSmtp]:
    async with FakeSmtp() as running:
        yield running


async def test_the_right_password_is_let_in_and_a_wrong_one_is_tried_later(slot: Slot) -> None:
    async with FakeSmtp(password="right") as guarded:
        mail_server = mail_server_of(guarded.url, timeouts=PATIENT)
        assert isinstance(await send(mail_server, slot), Accepted)
        assert isinstance(await send(replace(mail_server, password="wrong"), slot), RetryLater)
        assert len(guarded.mails) == 1


@pytest.mark.parametrize("starttls", [False, True])
async def test_a_protected_relay_must_show_a_trusted_certificate(
    tls: tuple[ssl.SSLContext, str], slot: Slot, starttls: bool
) -> None:
    context, ca_file = tls
    async with FakeSmtp(tls_context=context, starttls=starttls) as secure:
        trusted = mail_server_of(secure.url, ca_file=ca_file, timeouts=PATIENT)
        assert isinstance(await send(trusted, slot), Accepted)
        assert isinstance(await send(replace(trusted, ca_file=""), slot), RetryLater)
        assert len(secure.mails) == 1


async def test_starttls_is_required_not_hoped_for(server: FakeSmtp, slot: Slot) -> None:
    url = server.url.replace("smtp://", "smtp+starttls://")
    assert isinstance(await send(mail_server_of(url, timeouts=PATIENT), slot), RetryLater)
    assert server.mails == []


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, str]:
    """A server's context for localhost, and the file of the certificate that a client must trust."""
    folder = tmp_path_factory.mktemp("tls")
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    _write_certificate(cert_file, key_file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert_file, key_file)
    return context, str(cert_file)


def _write_certificate(cert_file: Path, key_file: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime(2026, 1, 1, tzinfo=UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    cert = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today)
        .not_valid_after(today + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    pkcs8, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, pkcs8, plain))
