"""The SMTP URL: what it means, and what it may not."""

import pytest

from models.errors import InvalidInputError
from worker.mail_server import MailServerSecurity, mail_server_of


@pytest.mark.parametrize(
    ("url", "security", "port"),
    [
        ("smtp://mail.example.com", MailServerSecurity.PLAIN, 25),
        ("smtp+starttls://mail.example.com", MailServerSecurity.STARTTLS, 587),
        ("smtps://mail.example.com", MailServerSecurity.TLS, 465),
        ("SMTPS://mail.example.com:2465/", MailServerSecurity.TLS, 2465),
    ],
)
def test_the_scheme_decides_protection_and_port(url: str, security: MailServerSecurity, port: int) -> None:
    mail_server = mail_server_of(url)
    assert (mail_server.host, mail_server.security, mail_server.port) == ("mail.example.com", security, port)


def test_user_and_password_are_decoded_and_kept_out_of_representations() -> None:
    mail_server = mail_server_of("smtps://lead%40keep:p%3A%2Fss@mail.example.com")
    assert (mail_server.username, mail_server.password) == ("lead@keep", "p:/ss")
    assert "p:/ss" not in repr(mail_server)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.com",
        "http://mail.example.com",
        "smtp://",
        "smtp://mail.example.com:port",
        "smtp://mail.example.com:99999",
        "smtp://mail.example.com/path",
        "smtp://mail.example.com?x=1",
        "smtp://user:hush@mail.example.com",
        "smtp://[::1",
        f"smtp://{'x' * 70}.example.com",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_unquoted(url: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        mail_server_of(url)
    assert "hush" not in refused.value.message
    assert refused.value.hint == "Correct LEADKEEP_SMTP_URL."


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_password_to_this_host_needs_no_protection(host: str) -> None:
    assert mail_server_of(f"smtp://user:pass@{host}:2525").username == "user"
