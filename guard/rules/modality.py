"""How strongly own words speak: absolutes, promises about the future, praise of the product (A01–A03).

The other families know forbidden wordings. These know the grammar that any promise needs, whatever its words; they ask
for a person's eye on the model's sentences and leave a person's own sentences alone.
"""

import re
from collections.abc import Iterator
from typing import Final

from guard.passage import Message
from guard.rule import Rule, Spot, en, it
from guard.wording import Finder, either, wording
from models.draft import Origin
from models.verdict import Action

_COURTEOUS: Final = (
    r"(?:not|also|then|gladly|need|call|contact|answer|reply|explain|find (?:the|more|all|below|it|out)|hear|read|"
    r"look|assess|review|"
    r"help|get back|send|show|depend|discuss|talk|want|see|note|prepare|respond|write|arrange|go through|take "
    r"(?:a|the|into)|tell|"
    r"guide|walk|let you know|be (?:happy|glad|pleased|delighted|in touch|here|useful|needed|required|able to "
    r"(?:answer|explain|help|tell|assist)|"
    r"asked|assessed|looked|reviewed|checked|valued|contacted|helpful|used)|receive (?:a|the|an) (?:call|reply|"
    r"answer|e-?mail|information|european))"
)
_FUTURO: Final = re.compile(
    r"\b(?!(?:\w+')?(?:chiamer|contatter|risponder|spiegher|legger|trover|sentir|parler|dipender|guider|dovr|potr|"
    r"servir|occorrer|vorr))"
    r"[\w'-]{2,40}?(?:r['-]?(?:à|a\u0300|a['’`])(?!\w)|(?:ranno|rai)\b)"
    r"(?! (?:lieto|lieta|lieti|felice|un piacere|disponibile|a disposizione|valutata|letta|esaminata))",
    re.IGNORECASE,
)
"""Italian futures are told by their accent, which the normal form has not, or by an apostrophe typed in its place; a
call or an answer may be announced."""


def _italian_future(message: Message) -> Iterator[Spot]:
    for passage in (passage for passage in message.own if not passage.is_one_name):
        for found in _FUTURO.finditer(passage.text):
            yield Spot(passage.place, *found.span())


def _of_model(find: Finder) -> Finder:
    """Return the finder limited to the model's own words."""

    def limited(message: Message) -> Iterator[Spot]:
        written = {passage.place for passage in message.own if passage.origin is Origin.MODEL}
        yield from (spot for spot in find(message) if spot.place in written)

    return limited


A01: Final = Rule(
    id="A01",
    title="Absolute words",
    action=Action.REVIEW,
    checks="Always, never, nobody, everyone, forever, absolutely, perfect and the like in the model's words; "
    "a greeting by a name of one word (Mai) passes.",
    why="An honest answer on credit hardly ever needs them, and promises are made of them.",
    source="Measured: patterns of known wordings miss most paraphrases",
    advice="This speaks in absolutes. Check that it promises nothing, or soften it.",
    passes=(
        en("Please reply with any questions that you have."),
        en("I will gladly answer all your questions."),
        it("Sono a disposizione per ogni domanda."),
    ),
    fails=(
        en("We always find a way."),
        en("Everyone loves it here."),
        en("It is the perfect moment for you."),
        it("Troviamo sempre una soluzione."),
        it("È assolutamente il momento giusto."),
    ),
    find=_of_model(
        wording(
            r"\b(?:always|never|forever|everyone|everybody|nobody|no one|anybody|nothing|absolutely|definitely|"
            r"certainly|surely|undoubtedly|"
            r"completely|totally|perfect\w*|ideal\w*|incredible|fantastic|amazing|extraordinary|exceptional|"
            r"superb|wonderful (?:rate|offer|deal)|instantly|"
            r"immediately|effortless\w*|easily|simply the|without (?:any )?(?:effort|delay|hassle|limits?))\b",
            r"\b(?:all|every|any)(?! (?:the |of |your |our |my |other |further |of your |of the )*(?:questions?|"
            r"documents?|details?|information|points?|"
            r"steps?|applications?|requests?|enquir\w+|doubts?|clarifications?|time|help|concerns?|need\w*|way|"
            r"moment|day|options?|cases?|homes?|"
            r"thing|stages?|messages?|repl\w+|paperwork)\b)\b",
            r"\b(?:sempre|mai|chiunque|nessuno|assolutamente|sicuramente|certamente|completamente|totalmente|"
            r"perfett\w+|ideal[ei]|immediatamente|"
            r"facilmente|per sempre|fantastic\w+|senza (?:fatica|sforzo|limiti|attese))\b",
            r"\b(?:ogni|tutt[aeio]|qualsiasi|qualunque)(?! (?:i |le |gli |il |la |l'|suo |sua |suoi |sue |nostr\w "
            r"|altr\w )*(?:domand\w+|document\w+|"
            r"dettagl\w+|informazion\w+|richiest\w+|dubbi\w*|chiariment\w+|pass[oi]|cas[oiae]|necessita|momento|"
            r"aspett\w+|tempo|durata|fase|esigenz\w+)\b)\b",
            holds_a_no=True,
            spares_names=True,
        )
    ),
)

A02: Final = Rule(
    id="A02",
    title="A promise about the future",
    action=Action.REVIEW,
    checks="You will, it will, your home will … in the model's words, other than calls, answers and the like.",
    why="What will happen to an application is not known when the message is written.",
    source="Measured: patterns of known wordings miss most paraphrases",
    advice="This says what will happen. Keep it only if the firm itself does it, like a call or an answer.",
    passes=(
        en("An adviser will call you on the day that suits you."),
        en("I will be happy to explain the documents."),
        it("Un consulente la chiamerà nel giorno che preferisce."),
    ),
    fails=(
        en("You will soon sleep in your own home."),
        en("Your family will thank you."),
        en("We will make it happen."),
        it("Presto vivrà nella sua nuova casa."),
        it("La sua famiglia la ringrazierà."),
    ),
    find=_of_model(
        either(
            _italian_future,
            wording(
                rf"\b(?:you|it|we|i|they|this|that|bank|loan|mortgage|rate|instalment|payment|application|home|house|"
                rf"family|life|money|future|advis[eo]r|team|"
                rf"offer|decision|answer)(?:'ll| will| shall| is going to| are going to)\b(?! (?:\w+ly "
                rf")?{_COURTEOUS}\b)",
            ),
        )
    ),
)

A03: Final = Rule(
    id="A03",
    title="Praise of the product",
    action=Action.REVIEW,
    checks="Our loan is, gives, offers … in the model's words: what the product does is for approved claims to say.",
    why="Statements on the product come from the claims library, signed and dated.",
    source="The drafting contract of this product; Directive 2014/17/EU, Art 10",
    advice="This describes the product in free words. Use an approved claim, or check it against the product sheet.",
    passes=(
        en("You asked about our mortgage, and here is what I can say."),
        it("Ha chiesto del nostro mutuo, ecco che cosa posso dirle."),
    ),
    fails=(
        en("Our mortgage gives you more room to live."),
        en("Our rates are very good."),
        it("Il nostro mutuo offre condizioni speciali."),
        it("Le nostre condizioni sono molto buone."),
    ),
    find=_of_model(
        wording(
            r"\b(?:our|the|this) (?:\w+ )?(?:rates?|terms|conditions|loans?|mortgages?|offers?|prices?|bank|"
            r"product|solution|financing)(?: \([^)]*\))?(?: \w+)? "
            r"(?:is|are|beats?|gives?|makes?|offers?|lets?|saves?|brings?|provides?|ensures?|allows?|helps?|fits?|"
            r"suits?|has|have|covers?|includes?|"
            r"means|comes?|starts?|remains?|stays?)\b(?! (?:looked|assessed|described|explained|based|not|decided|"
            r"subject|available on|for homes))",
            r"\bwe (?:offer|provide|have|give|grant|deliver)(?: \w+){0,2}? (?:rates?|terms|conditions|loans?|"
            r"mortgages?|offers?|prices?|solutions?|deals?)\b",
            r"\b(?:il|la|i|le|lo) (?:nostr[oaie]) (?:\w+ )?(?:tass\w|condizion\w|mutu\w|offert\w|banc\w|prodott\w|"
            r"finanziament\w|soluzion\w)(?: green)?(?: \([^)]*\))?(?: \w+)? "
            r"(?:e|sono|offre|offrono|permett\w+|consent\w+|garantisc\w+|da|danno|fa|aiuta\w*|copre|coprono|"
            r"comprende|prevede)\b",
            r"\b(?:offriamo|proponiamo|abbiamo|garantiamo|forniamo)(?: \w+){0,3}? (?:tass\w|condizion\w|mutu\w|"
            r"offert\w|prezz\w|soluzion\w|finanziament\w)\b",
        )
    ),
)

RULES: Final = (A01, A02, A03)
