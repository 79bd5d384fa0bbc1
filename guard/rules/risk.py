"""No risk, sure gain: promises that no credit or investment keeps (P08, P09)."""

from typing import Final

from guard.rule import Rule, en, it
from guard.wording import either, wording
from models.verdict import Action

P08: Final = Rule(
    id="P08",
    title="Absence of risk",
    action=Action.BLOCK,
    checks="Risk-free, no risk, zero risk, you cannot lose, completely safe.",
    why="A loan secured on a home carries the risk of losing it; a benefit is stated beside its risk or not at all.",
    source="FCA MCOB 3A.3.1R(2), CONC 3.3.1R(1A); FINRA 2210(d)(1)(B)",
    advice="This denies the risk of a loan. Remove it.",
    passes=(
        en("A mortgage is never risk-free."),
        en("The home may be repossessed, which is a risk to think about."),
        it("Un mutuo non è mai senza rischi."),
    ),
    fails=(
        en("A risk-free way to buy your home."),
        en("There is no risk for you."),
        en("You have nothing to lose."),
        en("It is a completely safe choice."),
        it("Un mutuo senza rischi."),
        it("Zero rischi per lei."),
        it("Non ha nulla da perdere."),
    ),
    find=wording(
        r"\b(?:no|zero|without) (?:danger|worries|worry)\b|\b(?:worries|problems) are over\b|\bnothing can "
        r"happen\b|\bnever at (?:stake|risk)\b|\bzero (?:pericoli|preoccupazioni)\b",
        r"\b(?:absolutely |really )?(?:nothing|no reason|no need) to (?:worry|fear|be afraid)(?: about)?\b|"
        r"\b(?:non (?:c'e|ha|hai) )?(?:\w+ )?(?:nulla|niente|nessun motivo) (?:da|di cui|per) (?:temere|"
        r"preoccupar\w+)\b",
        r"\brisk[- ]?(?:free|less)\b|\bfree of (?:any |all )?risks?\b|\b(?:no|zero|without(?: an?y?)?|little) "
        r"(?:\w+ )?risks?\b(?! assessment)",
        r"\b(?:nothing|anything) to lose\b|\byou (?:can(?:not|'t)|never|will not|won't) (?:possibly )?(?:lose|"
        r"fail|go wrong)\b",
        r"\b(?:completely|totally|absolutely|perfectly|entirely|100 ?%|hundred per ?cent|fully|very|extremely) "
        r"(?:safe|secure|riskless)\b",
        r"\b(?:safe|secure|safest) (?:choice|bet|investment|option|haven|way to (?:borrow|invest))\b|\bsafer "
        r"than\b|\bfail[- ]?(?:safe|proof)\b",
        r"\b(?:senza|zero|nessun|privo di|esente da|assenza di) (?:alcun |ogni )?risch[io]+\b|\ba rischio zero\b",
        r"\b(?:non (?:ha|hai|avete) )?(?:nulla|niente) da perdere\b|\bnon (?:puo|puoi) (?:perdere|sbagliare)\b|"
        r"\b(?:completamente|assolutamente|totalmente) sicur[oaie]\b",
        r"\b(?:scelta|investimento|soluzione|opzione) (?:sicur[oa]|senza pensieri)\b",
        holds_a_no=True,
    ),
)

P09: Final = Rule(
    id="P09",
    title="Returns or gains promised or forecast",
    action=Action.BLOCK,
    checks="Guaranteed or projected returns, profit, a home that will gain value, rates that will rise or fall.",
    why="Nobody knows future values or rates; a forecast in a message about credit is a promise.",
    source="FINRA 2210(d)(1)(B) and (F); 17 CFR 275.206(4)-1(a)",
    advice="This promises or forecasts a gain. Remove it.",
    passes=(
        en("Nobody can promise that a home gains value."),
        en("Returns are not guaranteed."),
        it("Nessuno può prevedere il valore futuro di una casa."),
    ),
    fails=(
        en("Your home will gain value over the years."),
        en("Enjoy guaranteed returns."),
        en("You will earn money with an efficient home."),
        en("Interest rates are about to rise."),
        it("Un rendimento garantito."),
        it("La casa aumenterà di valore."),
        it("I tassi saliranno presto."),
    ),
    find=either(
        wording(
            r"\bonly (?:goes?|gets?|rises?) (?:up|higher|worse|better)\b|\b(?:pays|pay) for (?:itself|themselves)\b",
            r"\b(?:be|is|becomes?) worth (?:\w+ )?more\b|\b(?:rates?|instal+ments?|payments?)(?: \w+)? (?:will|can|do|"
            r"does) (?:never|not) (?:go up|rise|increase|change)\b|\b(?:stay|remain)s? (?:the same|low|unchanged) "
            r"(?:forever|for life|for good)\b",
            r"\bvarra (?:\w+ ){0,2}?(?:di )?piu\b|\b(?:tasso|rata)(?: \w+)? non (?:salira|aumentera|cambiera)\b",
            r"\b(?:guarante\w+|assured|steady|certain|high|rapid|average|stable|great|attractive|risk[- ]adjusted)(?: "
            r"\w+)? "
            r"(?:returns?|profits?|gains?|yields?|growth|income)\b",
            r"\b(?:returns?|profits?|gains?|yields?)(?: \w+){0,2}? (?:guarante\w+|assured|certain\b|of up to)",
            r"\b(?:will|going to|sure to|bound to|set to|simply|always) (?:also |only |surely |certainly )?(?:gains?|"
            r"rises?|grows?|increases?|doubles?|"
            r"triples?|quadruples?|appreciates?|skyrockets?|soars?|pays? (?:for itself|off))\b(?! in (?:number|"
            r"size)\b)",
            r"\b(?:you(?:'ll| will| can| could)?|investors (?:can|will|could)) (?:\w+ )?(?:earn|make (?:money|a "
            r"profit)|profit|double your)\b",
            r"\bearn up to\b|\bearn (?:an? )?\d|\b(?:rapid|steady) growth\b|\bstrong investment\b|\bgood hedge\b|"
            r"\bhedge against inflation\b|"
            r"\bsuccessful investments?\b",
            r"\b(?:rates?|prices?)(?: \w+)? (?:will|are (?:about|going|set|bound|certain) to|soon) (?:\w+ )?(?:rise|"
            r"fall|drop|increase|go (?:up|down)|climb|"
            r"decrease|explode)\b|\brising (?:interest )?rates\b|\brates rise\b",
            r"\b(?:rendiment\w+|guadagn\w+|profitt\w+|ritorn[oi])(?: \w+){0,2}? (?:garantit\w+|assicurat\w+|sicur\w+|"
            r"cert[oi])\b",
            r"\b(?:aumentera|crescera|salira|raddoppiera|si rivalutera|acquistera)(?: \w+)?(?: di)? (?:valore)?|\bsi "
            r"ripaga da (?:sola?|se)\b",
            r"\b(?:tassi|prezzi) (?:\w+ )?(?:saliranno|aumenteranno|scenderanno|caleranno|stanno per (?:salire|"
            r"aumentare))\b",
            r"\b(?:guadagnera|guadagnerai|farai soldi|ottimo investimento|investimento redditizio)\b",
        ),
        wording(
            r"\b(?:rates?|instal+ments?|payments?|costs?)(?: \w+)? (?:will|can|do|does) (?:never|not) (?:\w+ )?(?:go "
            r"up|rise|increase|change)\b",
            r"\b(?:tasso|rata|rate|costi)(?: \w+)? non (?:\w+ )?(?:salira|aumentera|cambiera|saliranno|aumenteranno)\b",
            holds_a_no=True,
        ),
    ),
)

RULES: Final = (P08, P09)
