"""A draft as the rules read it: each passage with its normal form, and whether it is approved text word for word."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from guard.assembly import claim_segment, holding_texts
from guard.figures import facts_in, is_in_force
from guard.footer import required_disclosures
from guard.normal_form import NormalForm
from guard.readings import Reading, readings_of
from guard.salutation import clean_first_name, greetings_for
from models.draft import DraftContent, Origin, Segment
from models.lead import LeadDetails
from models.policy import Campaign, Claim, Disclosure

SUBJECT = "subject"
GREETING = "body[0]"


@dataclass(frozen=True)
class Passage:
    """The subject or a paragraph of the body; `is_approved` when it equals an approved text rendered anew."""

    place: str
    text: str
    origin: Origin
    is_approved: bool
    name: str = ""
    """The lead's own name, when this is letter for letter the greeting that code writes with it."""

    @property
    def is_one_name(self) -> bool:
        """Tell whether this only greets by a name of one word: Christian and Verde are people there."""
        return bool(self.name) and " " not in self.name

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """The ways to read the text, the plain one first; made once, only for passages that a rule looks at."""
        return readings_of(self.text)

    @property
    def normal(self) -> NormalForm:
        """The text as rules read it."""
        return self.readings[0].normal


@dataclass(frozen=True)
class Message:
    """Everything that a rule may look at; nothing in it changes while the rules run."""

    content: DraftContent
    lead: LeadDetails
    campaign: Campaign
    today: date

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Subject and body, in reading order; the footer is checked by compiling it again."""
        content = self.content
        subject = Segment(origin=content.subject_origin, text=content.subject)
        body = [(f"body[{index}]", segment) for index, segment in enumerate(content.body)]
        return tuple(
            Passage(place, segment.text, segment.origin, self._is_approved(segment, place), self._name(segment, place))
            for place, segment in ((SUBJECT, subject), *body)
        )

    @cached_property
    def own(self) -> tuple[Passage, ...]:
        """The passages in the model's or a person's own words: everything that is not approved word for word."""
        return tuple(passage for passage in self.passages if not passage.is_approved)

    @cached_property
    def required(self) -> tuple[Disclosure, ...]:
        """The disclosures that subject and body call for."""
        return required_disclosures(self.content.subject, self.content.body, self.campaign)

    def claim_of(self, segment: Segment) -> Claim | None:
        """Return the claim that a segment's ref names, in the version that it names."""
        for claim in self.campaign.claims:
            if segment.ref == f"{claim.id}@{claim.version}":
                return claim
        return None

    def is_claim_in_force(self, claim: Claim) -> bool:
        """Tell whether a claim and every figure in it may be used today."""
        facts = [fact for text in claim.texts.values() for fact in facts_in(text, self.campaign)]
        return self.today < claim.expires and all(is_in_force(fact, self.today) for fact in facts)

    def _name(self, segment: Segment, place: str) -> str:
        first_name = self.lead.contact.first_name
        is_greeting = place == GREETING and segment.text in greetings_for(first_name, self.content.language)
        return clean_first_name(first_name) if is_greeting else ""

    def _is_approved(self, segment: Segment, place: str) -> bool:
        match segment.origin:
            case Origin.CLAIM:
                claim = self.claim_of(segment)
                return claim is not None and segment == claim_segment(claim, self.campaign, self.content.language)
            case Origin.POLICY:
                return segment.text in holding_texts(self.campaign, self.content.language, place == SUBJECT)
            case Origin.MODEL | Origin.PERSON | Origin.DISCLOSURE | Origin.SENDER:
                return False
