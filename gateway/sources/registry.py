"""Every source that this release knows, by the name in its webhook's address."""

from gateway.source import Source
from gateway.sources.web_form import parse as web_form_parse
from gateway.sources.web_form import verify as web_form_verify

SOURCES: dict[str, Source] = {
    source.name: source for source in (Source(web_form_verify.SOURCE, web_form_verify.verify, web_form_parse.parse),)
}
