"""Hurry and fear: limited time without a dated fact, threats, shame (P12, P23)."""

from typing import Final

from guard.rule import Rule, en, it
from guard.wording import wording
from models.verdict import Action

P12: Final = Rule(
    id="P12",
    title="Hurry without a dated fact",
    action=Action.BLOCK,
    checks="Limited time, only today, last chance, act now, few left, do not miss.",
    why="Saying falsely that an offer ends soon takes away the time to think; the approved claim states the true date.",
    source="Directive 2005/29/EC, Annex I(7) (unverified)",
    advice="This hurries the reader. Remove it; the approved claim on the offer's period gives the true date.",
    passes=(
        en("There is no hurry: take the time that you need."),
        en("This is not a limited offer."),
        it("Non c'è fretta: si prenda il tempo necessario."),
    ),
    fails=(
        en("Act now, before it is too late."),
        en("This is a limited time offer."),
        en("Only today for you."),
        en("It is your last chance."),
        en("Do not miss this opportunity."),
        it("Solo per oggi."),
        it("È l'ultima occasione."),
        it("Offerta a tempo limitato."),
        it("Non perda questa opportunità."),
    ),
    find=wording(
        r"\b(?:handful|couple|few)(?: of)? (?:\w+ )?(?:are )?(?:left|remain\w*)\b|\bslip away\b|\bmay be (?:over|"
        r"gone|too late)\b|\balmost (?:gone|over|sold out)\b",
        r"\b(?:ends?|expires?|closes?|closing|over|gone) (?:very )?(?:soon|shortly|tonight|tomorrow)\b|\bsign(?: "
        r"up| here)? (?:today|now)\b|\bfilling up\b|\bof the essence\b|\bbefore (?:it's|it is|they are|they're) "
        r"gone\b|\b(?:first come|now or never|clock is ticking)\b",
        r"\bsta per (?:finire|scadere|terminare|chiudere)\b|\bfirm(?:i|a) (?:oggi|subito|ora|adesso)\b|\bora o "
        r"mai piu\b|\bil tempo stringe\b|\bultimissim\w+",
        r"\b(?:limited|short)[- ](?:time|period|offer|availability|places|number|edition|supply)\b|\bfor a "
        r"(?:limited|short) (?:time|period)\b",
        r"\b(?:only|just|valid|ends?|expires?) (?:for )?(?:today|tonight|tomorrow|this week|this month|now|a few "
        r"days|the first)\b",
        r"\b(?:last|final|only|unique|unmissable|golden) (?:chance|call|opportunity|notice|days?|places?|"
        r"hours?)\b|\bonce in a lifetime\b",
        r"\b(?:act|apply|sign|decide|reply|call|hurry|contact us|book|respond) (?:now|today|fast|quickly|"
        r"immediately|at once|right away|straight away|without delay|"
        r"before it(?:'s| is) too late|while)\b",
        r"\b(?:hurry|hurry up|urgent|time[- ]sensitive|time is running out|running out|while stocks? lasts?|"
        r"before it(?:'s| is) (?:too late|gone)|going fast|"
        r"selling fast|too late|don't wait|do not wait|don't delay|do not delay|as soon as possible before)\b",
        r"\b(?:do not|don't|never|can't|cannot|not to) (?:miss|let \w+ (?:slip|pass))\b|\b(?:only|just) (?:a "
        r")?few (?:\w+ )?(?:left|remaining|remain)\b",
        r"\bsolo (?:per |fino a )?(?:oggi|domani|stasera|questa settimana|questo mese|pochi giorni)\b|\bentro "
        r"(?:oggi|stasera|domani|poche ore)\b",
        r"\b(?:ultim[aie] (?:occasion[ei]|opportunita|possibilita|giorni|ore|posti)|tempo limitato|offerta "
        r"limitata|posti limitati|pochi posti|irripetibil\w+|imperdibil\w+)\b",
        r"\b(?:si affretti|affrettat\w+|affrettati|agisca|agisci|decida|decidi|firmi|firma|richieda) (?:subito|"
        r"ora|adesso|immediatamente|oggi)\b|\b(?:si affretti|affrettati)\b",
        r"\bprima che sia (?:troppo )?tardi\b|\bnon (?:si )?(?:perda|perdere|perderti|lasci\w* sfuggire|aspett\w+|"
        r"rimand\w+)\b|\burgente\b",
        holds_a_no=True,
    ),
)

P23: Final = Rule(
    id="P23",
    title="Threat, shame or fear",
    action=Action.BLOCK,
    checks="Threats, blame, shame, fear of loss used to push.",
    why="Harassment and undue influence are aggressive practices.",
    source="Directive 2005/29/EC, Art 8 and 9; FCA PRIN 2A (both unverified)",
    advice="This puts pressure on the reader. Write it as an open offer of help.",
    passes=(
        en("You are free to decide at any time, without consequences."),
        it("È libero di decidere quando vuole, senza conseguenze."),
    ),
    fails=(
        en("You will regret it if you wait."),
        en("If you do not reply, you will lose your home."),
        en("Only a fool would say no."),
        en("Shame on you for ignoring us."),
        it("Se ne pentirà."),
        it("Se non risponde perderà la casa."),
        it("Si vergogni di non rispondere."),
    ),
    find=wording(
        r"\b(?:waiting|hesitat\w+|delay\w*) (?:will |can |may )?costs? (?:you )?\w*\b|\b(?:others|neighbou?rs|"
        r"people) are (?:already )?ahead\b|\ba (?:responsible|good|caring) (?:parent|father|mother|person|adult)\b",
        r"\b(?:silly|crazy|mad|unwise|reckless|selfish) (?:to|not to|of you|if)\b|\bthink of your (?:children|"
        r"family|kids)\b|\byour neighbou?rs (?:have|already|are)\b|\bpensi (?:ai|alla) (?:suoi figli|sua "
        r"famiglia)\b|\bsarebbe (?:folle|sciocco|un peccato|stupido)\b",
        r"\b(?:you(?:'ll| will)|you would|you'd|you may|you might) (?:\w+ )?(?:regret|lose (?:your|the|everything|"
        r"out)|be sorry|miss out|pay (?:dearly|the price)|suffer|be left behind)\b",
        r"\b(?:fool|foolish|stupid|idiot\w*|irresponsible|shame|ashamed|embarrass\w*|ridiculous|lazy|naive|"
        r"coward\w*|loser)\b",
        r"\b(?:or else|consequences will|legal action|take you to court|report you|bailiffs?|we know where|your "
        r"last warning|final warning|you must (?:reply|sign|pay|apply|accept|act))\b",
        r"\b(?:get|getting|be|being) (?:stung|burned|left behind|ripped off)\b|\bdon't get (?:stung|caught)\b|"
        r"\bif you (?:do not|don't) (?:reply|answer|sign|apply|act)\b",
        r"\b(?:se ne pentira|te ne pentirai|perdera (?:la|il|tutto|l')|perderai (?:la|il|tutto)|restera indietro|"
        r"pagherà|ne rispondera)",
        r"\b(?:vergogn\w+|stupid[oaie]|ridicol[oaie]|irresponsabil[ei]|sciocc[oahi]+|pigr[oaie]|codard\w+)\b",
        r"\b(?:altrimenti subira|vie legali|azione legale|ufficiale giudiziario|ultimo avvertimento|deve "
        r"(?:rispondere|firmare|pagare|accettare) (?:subito|ora))\b",
        r"\bse non (?:risponde|rispondi|firma|firmi|accetta|accetti|agisce)\b",
        holds_a_no=True,
    ),
)

RULES: Final = (P12, P23)
