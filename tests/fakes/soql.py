"""The subset of SOQL that the product's queries use: SELECT fields FROM object WHERE a = b AND … ORDER BY … LIMIT n."""

import re
from dataclasses import dataclass

_QUERY = re.compile(
    r"SELECT (?P<fields>[\w, ]+) FROM (?P<kind>\w+) WHERE (?P<where>.+?)"
    r"(?P<newest> ORDER BY CreatedDate DESC)?(?: LIMIT (?P<limit>\d+))?",
    re.DOTALL,
)
_CONDITION = re.compile(r"(?P<field>\w+) = (?:'(?P<text>(?:\\.|[^'\\])*)'|(?P<flag>true|false))(?: AND |$)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


class MalformedQueryError(Exception):
    """What Salesforce calls MALFORMED_QUERY."""


@dataclass(frozen=True)
class Query:
    """A parsed query; `where` maps a field to the value that it must equal."""

    fields: tuple[str, ...]
    kind: str
    where: dict[str, str | bool]
    limit: int

    def matches(self, record: dict[str, object]) -> bool:
        return all(_equal(record.get(name), value) for name, value in self.where.items())


def parse(soql: str) -> Query:
    match = _QUERY.fullmatch(soql)
    if not match:
        raise MalformedQueryError
    fields = tuple(name.strip() for name in match["fields"].split(","))
    return Query(fields, match["kind"], _conditions(match["where"]), int(match["limit"] or 2000))


def _conditions(where: str) -> dict[str, str | bool]:
    conditions: dict[str, str | bool] = {}
    position = 0
    while position < len(where):
        match = _CONDITION.match(where, position)
        if not match:
            raise MalformedQueryError
        flag = match["flag"]
        conditions[match["field"]] = flag == "true" if flag else _unescape(match["text"])
        position = match.end()
    return conditions


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text, flags=re.DOTALL)


def _equal(held: object, wanted: str | bool) -> bool:
    """SOQL compares text without regard to case."""
    if isinstance(wanted, bool):
        return bool(held) is wanted
    return isinstance(held, str) and held.lower() == wanted.lower()
