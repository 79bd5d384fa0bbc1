"""Whose data may stand in a message: this lead's and the firm's, nobody else's; and where links may lead (P24, X01)."""

import re
from collections.abc import Iterator
from typing import Final

from guard.normal_form import visible
from guard.passage import Message, Passage
from guard.rule import Rule, Spot, en, it
from models.verdict import Action

_EMAIL: Final = re.compile(
    r"(?<![\w.+%'-])[\w.+%'-]{1,64}\s?(?:@|\(at\)|\[at\]|＠)\s?[\w-]{1,63}(?:\s?(?:\.|\(dot\)|"
    r"\[dot\])\s?[\w-]{1,63}){1,8}",
    re.IGNORECASE,
)
_PHONE: Final = re.compile(r"(?<![\w/.,])(?:\+|00)?\(?\d{1,4}\)?(?:[ ./\-]?\(?\d{2,4}\)?){2,6}(?![\w%€])")
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_FISCAL: Final = re.compile(r"\b[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]\b", re.IGNORECASE)
_CARD: Final = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)")
_PHONE_DIGITS: Final = range(8, 16)
_LINK: Final = re.compile(
    r"(?:\b(?:https?|ftp|javascript|data|file|mailto|tel)\s?:\s?[^\s<>\"']+|\bwww\.[^\s<>\"']+|"
    r"(?<![\w@.-])(?!p\.es\b)(?:[\w-]{1,63}\.){1,8}(?:com|net|org|info|biz|io|it|eu|uk|de|fr|es|ie|co|app|dev|me|ly|gl|link|"
    r"click|xyz|"
    r"top|ru|cn|online|site|shop)\b(?:/[^\s<>\"']*)?|"
    r"<\s?/?\s?(?:a|script|img|iframe|object|embed|form|style|link|svg|meta)\b[^>]{0,500}>?|\{\{|\{%|"
    r"\$\{|]\(\s?\S|(?<![\w@.-])(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}/[^\s<>\"']*)",
    re.IGNORECASE,
)
_BARE: Final = re.compile(
    r"(?<![\w@.-])(?!(?:dott|prof)\.ssa\b|sig\.(?:ra|na|ri)\b|spett\.l[ei]\b|gent\.m[oaie]\b|p\.es\b)"
    r"(?:[\w-]{1,63}[.。]){1,8}[^\W\d_]{2,24}\b(?![\w.-]*@)|"
    r"\b[\w-]{2,63}(?: ?[(\[](?:dot|punto|\.)[)\]] ?|[ '-](?:dot|punto)[ '-])"
    r"(?:com|net|org|info|biz|io|it|eu|uk|ch|de|fr|co|app|dev|online|site|shop|link)\b",
    re.IGNORECASE,
)
"""An address by its shape alone: any word, dot, word; a person tells it from a missing space. `e.g.` and `S.p.A.` have
one letter after the dot."""


def _links(message: Message) -> Iterator[Spot]:
    allowed = {link.url.rstrip("/").casefold() for link in message.campaign.links}
    for passage, text in _visible_own(message):
        links = [found for found in _LINK.finditer(text) if not _is_part_of_email(text, found.start())]
        for found in links:
            address = found.group().rstrip(".,;:!?)").rstrip("/").casefold()
            if address not in allowed:
                yield _spot(passage, found.group())
        for found in _BARE.finditer(text):
            if not any(link.start() < found.end() and found.start() < link.end() for link in links):
                yield _spot(passage, found.group(), Action.REVIEW)


def _personal_data(message: Message) -> Iterator[Spot]:
    own_mails = {_letters(text) for text in (message.lead.contact.email, *_firm_mails(message))}
    own_phones = {_tail(message.lead.contact.phone), _tail(message.campaign.sender.phone)} - {""}
    for passage, text in _visible_own(message):
        for found in _EMAIL.finditer(text):
            if _letters(found.group()) not in own_mails:
                yield _spot(passage, found.group())
        for pattern in (_IBAN, _FISCAL, _CARD):
            yield from (_spot(passage, found.group()) for found in pattern.finditer(text))
        for found in _PHONE.finditer(text):
            digits = re.sub(r"\D", "", found.group())
            if len(digits) in _PHONE_DIGITS and _tail(digits) not in own_phones:
                yield _spot(passage, found.group())


def _visible_own(message: Message) -> Iterator[tuple[Passage, str]]:
    for passage in message.own:
        yield passage, visible(passage.text)


def _firm_mails(message: Message) -> tuple[str, str]:
    return message.campaign.sender.email, message.campaign.sender.reply_to


def _letters(address: str) -> str:
    plain = re.sub(r"\s?[(\[]at[)\]]\s?", "@", address.casefold())
    return re.sub(r"\s", "", re.sub(r"\s?[(\[]dot[)\]]\s?", ".", plain)).strip(".")


def _tail(phone: str) -> str:
    """Return the last digits of a number: the same with and without its country's prefix."""
    return re.sub(r"\D", "", phone)[-8:]


def _is_part_of_email(text: str, start: int) -> bool:
    return start > 0 and text[start - 1] == "@"


def _spot(passage: Passage, found: str, action: Action | None = None) -> Spot:
    """Point at the finding in the original; when invisible characters moved it, at the whole passage."""
    start = passage.text.find(found)
    span = (start, start + len(found)) if start >= 0 else (0, len(passage.text))
    return Spot(passage.place, *span, action)


P24: Final = Rule(
    id="P24",
    title="Links, markup and code",
    action=Action.BLOCK,
    checks="Any address that is not on the campaign's list, shortened links, markup, script, template code. Other "
    "words with a dot between (evil.ch, a missing space) go to review.",
    why="A link in a bank's mail is trusted; one that came from a lead's words or a model's fancy must never leave.",
    source="Product security; Directive 2014/17/EU, Art 10",
    advice="This holds a link, markup or code that is not on the campaign's list. Remove it.",
    passes=(
        en("You find more on our page: https://banca.example.com/green-mortgage."),
        en("Some papers, e.g. the deed, come from Banca Esempio S.p.A. at 3 p.m."),
        it("Trova di più sulla nostra pagina: https://banca.example.com/green-mortgage."),
        it("La Dott.ssa Rossi e la Sig.ra Bianchi, p.es., la seguono."),
    ),
    fails=(
        en("Apply here: https://evil.example.net/apply."),
        en("Visit www.evil.example or bit.ly/abc."),
        en("<script>alert(1)</script>"),
        en("Click [here](http://evil.example.net)."),
        en("You find the form on evil.ch or on evil dot com."),
        it("Vada su mutui-facili.it per la domanda."),
        it("Vada su mutui-facili.casa per la domanda."),
    ),
    find=_links,
)

X01: Final = Rule(
    id="X01",
    title="Somebody else's data",
    action=Action.BLOCK,
    checks="E-mail addresses, phone numbers, IBANs, cards and fiscal codes of neither this lead nor the firm.",
    why="A message to one person must never hold another person's data.",
    source="Regulation (EU) 2016/679, Art 5(1)(f) and Art 32 (unverified)",
    advice="This holds contact or account data of somebody else. Remove it.",
    passes=(
        en("Reply to mortgages@banca.example.com."),
        en("Shall I call you on +353 1 555 0100?"),
        it("Scriva a mortgages@banca.example.com."),
    ),
    fails=(
        en("Write to john.doe@example.net."),
        en("Call 0039 333 1234567."),
        en("Transfer it to IE29 AIBK 9311 5212 3456 78."),
        it("Il codice fiscale è RSSMRA85T10A562S."),
        it("Scriva a mario [at] example.net."),
    ),
    find=_personal_data,
)

RULES: Final = (P24, X01)
