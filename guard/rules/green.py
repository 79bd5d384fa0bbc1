"""Green claims, the product's own name included (G01, G02, G05)."""

import re
from collections.abc import Iterator
from typing import Final

from guard.negation import is_denied
from guard.normal_form import normalise
from guard.passage import SUBJECT, Message, Passage
from guard.readings import Reading
from guard.rule import Rule, Spot, en, it
from guard.wording import wording
from models.policy import Trigger
from models.verdict import Action

_GENERIC: Final = re.compile(
    r"\b(?:green(?:er|est)?|eco(?:logical\w*|[- ]?friendly|[- ]?conscious|[- ]?compatible)?|"
    r"environment(?:al)?(?:ly)?[- ](?:friendly|conscious|correct|responsible|sound|safe|choice)|"
    r"(?:climate|earth|planet|nature|carbon)[- ](?:friendly|friend|positive|conscious)|friend of (?:nature|the "
    r"(?:planet|climate|environment|earth))|"
    r"(?:good|better|gentle|kind|great) (?:for|on|to) (?:the )?(?:environment|planet|climate|earth|nature)|"
    r"(?:protect|save|saves|help|helps|saving|protecting|helping|respects?) (?:the )?"
    r"(?:environment|planet|climate|earth|nature)|harmony with (?:nature|the environment)|sustainab\w+|"
    r"biodegradable|non[- ]polluting|"
    r"verd[ei]|ecologic\w+|eco[- ]?(?:sostenibil\w+|compatibil\w+|friendly)|amic[oaie] (?:dell'|della |del "
    r")(?:ambiente|natura|clima|pianeta|terra)|sostenibil\w+|"
    r"(?:rispettos\w+|rispetta|rispetto|salva|protegge|proteggere|tutela|bene|aiut\w+|difend\w+) (?:dell'|l'|per "
    r"l'|all'|il |del |al |la |alla )(?:ambiente|pianeta|clima|natura|terra)|green)\b"
)
_LABEL: Final = (
    r"\b(?:certified|certificated|accredited|labelled) (?:as )?(?:\w+ )?(?:green|eco\w*|sustainab\w+|climate|"
    r"environment\w*)\b",
    r"\b(?:green|eco|sustainab\w+|climate|environment\w*|energy)[- ]?(?:label\w*|certified|certification|seal|"
    r"award|quality mark)\b|\b(?:eu )?ecolabel\b",
    r"\b(?:marchio|etichetta|bollino|sigillo|certificazione|certificat[oaie]) (?:di )?(?:green|ecologic\w+|"
    r"verd[ei]|sostenibil\w+|ambiental\w+|di sostenibilita|ecolabel)\b",
)


def _generic(message: Message) -> Iterator[Spot]:
    """Yield generic green words; the product's name passes when its specification stands in the same message."""
    for passage in (passage for passage in message.own if not passage.is_one_name):
        action = Action.REVIEW if passage.name else None
        for reading, span in _generic_in(passage, message):
            yield Spot(passage.place, *reading.normal.origin(*span), action)


def _generic_in(passage: Passage, message: Message) -> Iterator[tuple[Reading, tuple[int, int]]]:
    names = [normalise(name).text for name in message.campaign.product.values()] if _is_specified(message) else []
    for reading in passage.readings:
        for found in reading.finds(_GENERIC):
            is_name = not reading.marks and any(_covers(reading, name, found.span()) for name in names)
            if not is_name and not is_denied(reading.normal.text, *found.span()):
                yield reading, found.span()


def _covers(reading: Reading, name: str, span: tuple[int, int]) -> bool:
    return any(
        found.start() <= span[0] and span[1] <= found.end()
        for found in re.finditer(rf"\b{re.escape(name)}\b", reading.normal.text)
    )


def _is_specified(message: Message) -> bool:
    """Tell whether the first use of the product's name in the body has the specification in the same paragraph."""
    language = message.content.language
    specification = normalise(message.campaign.specification.get(language, "")).text
    name = normalise(message.campaign.product[language]).text
    for passage in message.passages:
        if passage.place != SUBJECT and name in passage.normal.text:
            return bool(specification) and specification in passage.normal.text
    green = {disclosure.id for disclosure in message.campaign.disclosures if Trigger.GREEN in disclosure.triggers}
    return any(segment.ref in green for segment in message.content.footer)


G01: Final = Rule(
    id="G01",
    title="Generic green claims",
    action=Action.BLOCK,
    checks="Green, eco-friendly, sustainable and the like without what they rest on. The product's name passes when "
    "its specification stands beside its first use; so does a greeting by a name of one word (Verde), a longer name "
    "asks for review.",
    why="A generic environmental claim is always unfair unless recognised excellent performance is proved or the "
    "specification stands in the same medium.",
    source="Directive 2005/29/EC, Annex I(4a), added by Directive (EU) 2024/825; applies from 27 September 2026",
    advice="This is a generic green claim. Name the energy class; write the specification beside the product's name.",
    passes=(
        en("Green Mortgage (for homes with an energy performance certificate of class A or B) is the loan's name."),
        en("The energy class of the home is in its certificate."),
        en("We do not call this loan sustainable."),
        it("Mutuo Green (per abitazioni con attestato di prestazione energetica in classe A o B) è il nome del mutuo."),
        it("La classe energetica risulta dall'attestato."),
    ),
    fails=(
        en("A sustainable choice for your family."),
        en("Our eco-friendly loan helps the planet."),
        en("Go green with us."),
        en("Thank you for asking about Green Mortgage."),
        it("Un mutuo ecologico e sostenibile."),
        it("Una scelta amica dell'ambiente."),
        it("Grazie per l'interesse per Mutuo Green."),
    ),
    find=_generic,
)

G02: Final = Rule(
    id="G02",
    title="Neutral, compensated, zero impact",
    action=Action.BLOCK,
    checks="Carbon or climate neutral, CO2 compensated, net zero, reduced footprint, zero impact.",
    why="Claims of neutral or reduced impact that rest on offsetting are always unfair.",
    source="Directive 2005/29/EC, Annex I(4c), added by Directive (EU) 2024/825",
    advice="This claims a neutral impact. Remove it.",
    passes=(
        en("No home loan is climate neutral."),
        it("Nessun mutuo è a impatto zero."),
    ),
    fails=(
        en("A carbon neutral mortgage."),
        en("Reduce your carbon footprint with us."),
        en("Our net zero loan."),
        it("Un mutuo a impatto zero."),
        it("Compensiamo le emissioni di CO2."),
    ),
    find=wording(
        r"\b(?:carbon|climate|co2|emissions?)[- ]?(?:neutral\w*|positive|negative|free|compensated|offset\w*|"
        r"zero)\b|\bnet[- ]zero\b|\bzero[- ](?:carbon|emissions?|impact)\b",
        r"\b(?:reduc\w+|lower\w*|cut\w*|shrink\w*|offset\w*|compensat\w+)(?: \w+){0,2}? (?:carbon|co2|footprint|"
        r"emissions?|climate impact)\b",
        r"\b(?:a )?(?:impatto|emissioni|zero) (?:zero|emissioni|ambientale nullo|climatico nullo)\b|\bneutral\w+ "
        r"(?:climatic\w+|carbonic\w+|dal punto di vista)\b|\bclimaticamente neutr\w+",
        r"\b(?:compens\w+|riduc\w+|abbatt\w+|azzer\w+)(?: \w+){0,2}? (?:emissioni|co2|impronta|carbonio|impatto "
        r"ambientale)\b|\bcarbon neutral\b",
    ),
)

G05: Final = Rule(
    id="G05",
    title="Sustainability labels",
    action=Action.BLOCK,
    checks="Certified green, eco-label, seal or award of sustainability.",
    why="A sustainability label that rests on no certification scheme is always unfair.",
    source="Directive 2005/29/EC, Annex I(2a), added by Directive (EU) 2024/825",
    advice="This claims a label. Remove it, or have it approved with the certification scheme.",
    passes=(
        en("The loan carries no eco-label."),
        it("Il mutuo non ha alcun marchio ecologico."),
    ),
    fails=(
        en("Our certified green loan."),
        en("It carries an eco-label."),
        it("Un mutuo con certificazione ambientale."),
        it("Ha il marchio ecologico."),
    ),
    find=wording(*_LABEL),
)

RULES: Final = (G01, G02, G05)
