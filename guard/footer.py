"""Compiles what stands below every message: signature, disclosures by trigger, imprint, the way to opt out.

The same compilation is done again when a draft is checked, so that nothing below the body can be altered or missing.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from guard.figures import facts_in, fill, is_in_force
from guard.triggers import triggers_of
from models.draft import Origin, Segment
from models.errors import PolicyError
from models.policy import Campaign, Disclosure, Language

SIGNATURE: Final = "signature"
IMPRINT: Final = "imprint"
OPT_OUT: Final = "opt_out"

REGARDS: Final = {Language.EN: "Kind regards,", Language.IT: "Cordiali saluti,"}
OPT_OUT_LINES: Final = {
    Language.EN: "You receive this message because you wrote to us. To receive no more messages, one click is enough: ",
    Language.IT: "Riceve questo messaggio perché ci ha scritto. Se non desidera altri messaggi, basta un clic: ",
}


def compile_footer(
    subject: str, body: tuple[Segment, ...], *, campaign: Campaign, language: Language, unsubscribe_url: str
) -> tuple[Segment, ...]:
    """Return the footer that this subject and body call for, in the order in which it is read."""
    disclosures = required_disclosures(subject, body, campaign)
    return (
        Segment(origin=Origin.SENDER, text=signature(campaign, language), ref=SIGNATURE),
        *(disclosure_segment(disclosure, campaign, language) for disclosure in disclosures),
        Segment(origin=Origin.SENDER, text=imprint(campaign, language), ref=IMPRINT),
        Segment(origin=Origin.SENDER, text=OPT_OUT_LINES[language] + unsubscribe_url, ref=OPT_OUT),
    )


def required_disclosures(subject: str, body: Iterable[Segment], campaign: Campaign) -> tuple[Disclosure, ...]:
    """Return the disclosures whose triggers the message meets, in the campaign's order."""
    met = triggers_of(subject, body, campaign)
    required = [disclosure for disclosure in campaign.disclosures if met & set(disclosure.triggers)]
    return tuple(sorted(required, key=lambda disclosure: (disclosure.order, disclosure.id)))


def disclosure_segment(disclosure: Disclosure, campaign: Campaign, language: Language) -> Segment:
    """Return a disclosure's paragraph in this language, figures filled in."""
    text = fill(disclosure.texts[language], campaign, language)
    return Segment(origin=Origin.DISCLOSURE, text=text, ref=disclosure.id)


def raise_when_expired(disclosures: Iterable[Disclosure], campaign: Campaign, today: date) -> None:
    """Raise PolicyError when a disclosure would state a figure that is not in force today."""
    for disclosure in disclosures:
        texts = disclosure.texts.values()
        for fact in (fact for text in texts for fact in facts_in(text, campaign)):
            if not is_in_force(fact, today):
                message = f"disclosure {disclosure.id}: its figure {fact.id} is not in force on {today}"
                raise PolicyError(message, hint="Renew the fact in the campaign's facts.toml.")


def signature(campaign: Campaign, language: Language) -> str:
    """Return who writes: name, role, firm, and the phone when there is one."""
    sender = campaign.sender
    lines = (REGARDS[language], sender.name, f"{sender.role[language]}, {sender.organisation}", sender.phone)
    return "\n".join(line for line in lines if line)


def imprint(campaign: Campaign, language: Language) -> str:
    """Return the creditor's legal line and the postal address (commercial e-mail carries both)."""
    sender = campaign.sender
    return f"{sender.legal_line[language]}\n{sender.organisation}, {sender.postal_address}"
