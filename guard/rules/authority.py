"""Borrowed authority: the State, the supervisor, an independent adviser, other customers (P15, P17, P19)."""

from typing import Final

from guard.rule import Rule, en, it
from guard.wording import wording
from models.verdict import Action

_STATE: Final = (
    r"(?:government|state|ministry|central bank|european union|eu|fca|ecb|sec|"
    r"fdic|consob|bank of \w+|regulator|supervisor|authority|authorities)"
)
_STATO: Final = r"(?:stato|governo|ministero|banca d'italia|bankitalia|bce|consob|unione europea|consap|autorita)"

P15: Final = Rule(
    id="P15",
    title="Backed or approved by an authority",
    action=Action.BLOCK,
    checks="Government-backed, approved or recommended by a central bank or supervisor.",
    why="An approval by a public body that was not given for this product must never be claimed.",
    source="Directive 2005/29/EC, Annex I(4); 12 CFR 1026.24(i)(3); FCA GEN 1.2 (all unverified)",
    advice="This claims the backing of an authority. Remove it, or have it approved as a claim with its source.",
    passes=(
        en("The loan is not backed by the government."),
        it("Il mutuo non è garantito dallo Stato."),
    ),
    fails=(
        en("This mortgage is government-backed."),
        en("Our offer is approved by the central bank."),
        en("An FCA approved loan."),
        it("Un mutuo garantito dallo Stato."),
        it("Un'offerta approvata dalla Banca d'Italia."),
    ),
    find=wording(
        rf"\b{_STATE} (?:itself )?(?:stands behind|guarantees?|supports?|recommends?|endorses?|backs?|approves?|"
        rf"insures?|vouches|trusts?|protects?)\b|\b(?:blessing|seal of approval|stamp of approval|backing|support|"
        rf"endorsement|approval|guarantee) (?:of|from) (?:the |our |your )?(?:\w+ )?{_STATE}\b",
        rf"\b{_STATO} (?:\w+ )?(?:garantisce|sostiene|raccomanda|approva|tutela|assicura|consiglia)\b|"
        rf"\b(?:benedizione|approvazione|garanzia|avallo|sostegno|appoggio) (?:del|dello|della|di) {_STATO}\b",
        rf"\b{_STATE}[- ](?:\w+ )?(?:backed|approved|endorsed|guaranteed|insured|certified|recommended|regulated|"
        rf"authori[sz]ed|created|supported|sponsored|"
        r"funded|scheme|programme|grant)\b",
        rf"\b(?:backed|approved|endorsed|guaranteed|certified|recommended|supported|sponsored|insured|funded|"
        rf"checked|authori[sz]ed|vetted) by (?:the |our |your |a |an |all )?"
        rf"(?:\w+ )?{_STATE}\b",
        r"\b(?:government|state) (?:debt|help|aid|relief)\b",
        rf"\b(?:garantit|approvat|certificat|autorizzat|raccomandat|sostenut|finanziat|patrocinat|assicurat|"
        rf"consigliat)[oaie] (?:\w+ )?(?:da|dal|dallo|dalla|dall'|dalle)\s?{_STATO}\b",
        r"\bgaranzia (?:statale|dello stato|pubblica)\b|\b(?:mutuo|prestito|contributo|bonus) (?:statale|pubblico|"
        r"governativo)\b",
    ),
)

P17: Final = Rule(
    id="P17",
    title="Advice in disguise",
    action=Action.BLOCK,
    checks="You should, I recommend, I advise; independent advice; tax, legal or investment advice.",
    why="Advice on credit is a regulated service with duties of its own, and a first answer is none.",
    source="Directive 2014/17/EU, Art 22; 12 CFR 1026.24(i)(6) (both unverified)",
    advice="This gives advice. State facts and offer a talk with an adviser instead.",
    passes=(
        en("An adviser can explain the options to you."),
        en("We do not give tax advice."),
        en("I would recommend a call, but nothing more can be said in a message."),
        it("Un consulente può spiegarle le possibilità."),
        it("Non forniamo consulenza fiscale."),
    ),
    fails=(
        en("You should take the longest duration."),
        en("I recommend this loan to you."),
        en("My advice is to borrow more."),
        en("We are independent advisers."),
        en("Our tax advice is included."),
        it("Le consiglio di scegliere la durata massima."),
        it("Dovrebbe accettare questa offerta."),
        it("La nostra consulenza fiscale è inclusa."),
    ),
    find=wording(
        r"\bif i were you\b|\bin your (?:place|shoes|position)\b|\bin my (?:opinion|view|experience)\b|\b(?:best|"
        r"right) (?:thing|option|solution) for you\b|\byou(?:'d| would| had) (?:better|do well|be better off)\b",
        r"\b(?:al|fossi al) (?:posto suo|suo posto|tuo posto)\b|\ba mio (?:parere|avviso)\b|\bsecondo me\b|"
        r"\b(?:le|ti) conviene\b|\bfarebbe bene a\b",
        r"\b(?:you|one|people) (?:really |definitely |certainly )?(?:should|ought to|had better|need to|must) "
        r"(?:\w+ )?(?:take|choose|borrow|apply|sign|accept|buy|invest|switch|"
        r"refinance|opt|go for|get|use|consider (?:taking|buying|borrowing|our))\b",
        r"\b(?:i|we|our advisers?|experts?) (?:\w+ )?(?:recommend|advise|suggest|urge)(?:s|ed)? (?:that )?(?:you |"
        r"to you |taking |choosing |borrowing |this |our |the |a )(?!call|talk|meeting|"
        r"conversation|chat|visit)",
        r"\b(?:my|our) (?:advice|recommendation|suggestion)\b|\b(?:independent|impartial|unbiased) (?:financial "
        r")?(?:advi[sc]\w+|counsel\w*|consult\w*)\b",
        r"\b(?:our|my|free|get|receive|include\w*|give|offer|provide)(?: you)? (?:\w+ )?(?:tax|legal|investment|"
        r"financial) (?:advice|advisor|adviser|counsel)\b|\bright (?:choice|decision|"
        r"loan|mortgage) for you\b|\b(?:perfect|ideal|right|suits|tailored) (?:fit )?for "
        r"(?:you|your needs)\b",
        r"\b(?:le|ti|vi) (?:consigli\w+|raccomand\w+|sugger\w+)(?! (?:un colloquio|una telefonata|un appuntamento))\b",
        r"\b(?:dovrebbe|dovresti|dovreste|deve|devi|conviene) (?:\w+ )?(?:sceglier\w+|accett\w+|prender\w+|"
        r"chieder\w+ il|firmar\w+|sottoscriver\w+|investir\w+|acquistar\w+)",
        r"\b(?:il mio|il nostro) (?:consiglio|suggerimento)\b|\bconsulen\w+ (?:indipendent\w+|fiscal\w+|legal\w+|"
        r"tributari\w+)\b|\b(?:scelta|soluzione|mutuo) (?:giust\w|perfett\w|ideal\w) per "
        r"(?:lei|te|voi)\b",
    ),
)

P19: Final = Rule(
    id="P19",
    title="What other customers say",
    action=Action.REVIEW,
    checks="Testimonials and statements on what customers saved, got or think.",
    why="A testimonial must be true, typical and provable, with the disclosures that go with it.",
    source="17 CFR 275.206(4)-1(b); FINRA 2210(d)(6) (unverified)",
    advice="This speaks for other customers. Keep it only if it is documented.",
    passes=(
        en("We never quote customers in our messages."),
        it("Non citiamo i nostri clienti."),
    ),
    fails=(
        en("Our customers love this mortgage."),
        en("Thousands of families already trust us."),
        it("I nostri clienti sono soddisfatti."),
        it("Migliaia di famiglie ci hanno scelto."),
    ),
    find=wording(
        r"\b(?:our|all|many|most|other|satisfied|happy|thousands of|hundreds of|millions of) (?:\w+ "
        r")?(?:customers?|clients?|families|borrowers?|homeowners?|people) (?:\w+ )?"
        r"(?:love|trust|saved?|say|chose|choose|prefer|recommend|are|have|get|enjoy)\b",
        r"\b(?:testimonials?|customer reviews?|five[- ]star|rated excellent)\b",
        r"\b(?:i nostri|tutti i|molti|migliaia di|centinaia di|altri) (?:\w+ )?(?:client\w+|famigli\w+|person\w+|"
        r"mutuatari) (?:\w+ )?(?:sono|hanno|ci|dicono|risparmi\w+|scelgono|amano|adorano)\b",
    ),
)

RULES: Final = (P15, P17, P19)
