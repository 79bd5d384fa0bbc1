"""The media type of a body, when its text is in UTF-8."""

from email.message import EmailMessage

UTF8 = {"utf-8", "utf8", "us-ascii"}


def media_type(header: str) -> str:
    """Return the media type in small letters; empty when it is missing or names another character set."""
    if not header:
        return ""
    message = EmailMessage()
    try:
        message["content-type"] = header
    except ValueError:
        return ""
    charset = str(message.get_param("charset", "utf-8")).lower()
    return message.get_content_type() if charset in UTF8 else ""
