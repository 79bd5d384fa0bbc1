"""Credit for everybody: no checks, whatever the circumstances, whatever the credit bureau holds (P03, P04)."""

from typing import Final

from guard.rule import Rule, en, it
from guard.wording import wording
from models.verdict import Action

P03: Final = Rule(
    id="P03",
    title="Credit whatever the circumstances",
    action=Action.BLOCK,
    checks="No credit check, bad credit welcome, everyone accepted, regardless of status.",
    why="Credit must not be said or implied to be available whatever the customer's finances are.",
    source="FCA CONC 3.3.3R(1), by analogy: that is a rule on consumer credit, this is a mortgage",
    advice="This says that credit is given without looking at the person's finances. Remove it.",
    passes=(
        en("We always run a credit check."),
        en("We never lend without a credit check."),
        en("Not everyone is accepted; each application is assessed."),
        it("Verifichiamo sempre il merito creditizio."),
        it("Non concediamo mutui senza controlli."),
    ),
    fails=(
        en("There is no credit check."),
        en("We lend regardless of your circumstances."),
        en("Everyone is accepted."),
        en("Bad credit is no obstacle for us."),
        en("Nobody is turned down."),
        it("Mutui senza controlli per tutti."),
        it("Accettiamo anche i cattivi pagatori."),
        it("Non rifiutiamo nessuno."),
    ),
    find=wording(
        r"\bno way (?:that )?your \w+ (?:could|can|will) be (?:refused|rejected|declined)\b|\beven (?:if|with|"
        r"when) (?:\w+ ){0,3}?(?:unpaid|bad|poor|debts?|defaults?|arrears|refused|unemployed|jobless)\b",
        r"\b(?:bad|poor) credit (?:history|record|score|rating) (?:is )?(?:welcome|fine|okay|ok|accepted|no problem)\b",
        r"\b(?:do not|don\'t|no) need (?:for )?(?:a |any |to have a )?(?:job|income|salary|payslips?|proof)\b|"
        r"\b(?:income|salary|job|employment)(?: \w+){0,2}? (?:does not|doesn\'t|do not|don\'t) (?:really "
        r")?(?:matter|count)\b",
        r"\b(?:never |not )?(?:turned|said) (?:you )?(?:down|no)(?: \w+){0,2}? (?:before|elsewhere|already|in the "
        r"past|to (?:you|"
        r"anyone|anybody|nobody|any))\b|\b(?:rejected|refused|declined) (?:you )?(?:by other|elsewhere|by your "
        r"bank|before)",
        r"\b(?:approv\w+|accept\w*|grant\w*|fund\w*|financ\w+) (?:every|all|each|any)(?: \w+)? (?:application|"
        r"applicant|request|customer|client|loan|borrower)s?\b",
        r"\b(?:approviamo|accettiamo|concediamo|finanziamo|accogliamo) (?:ogni|tutt[eio]|qualsiasi|qualunque)\b|"
        r"\b(?:tutti|chiunque|ognuno) (?:\w+ )?(?:ottien|ottengono|puo avere|possono avere|ricev)\w*",
        r"\b(?:mai|non abbiamo mai) detto (?:di )?no\b|\b(?:rifiutat|respint)[oaie] (?:da altr|altrove|dalla sua "
        r"banca)\w*",
        r"\b(?:no|without(?: an?y?)?|skip(?:ping)?(?: the)?|zero) (?:credit|background|income|affordability|"
        r"status)[- ]?(?:checks?|search\w*|scoring|"
        r"history|verification|assessment|proof)\b",
        r"\b(?:no|without(?: an?y?)?|zero) (?:checks|questions asked|paperwork|proof of income|assessment)\b",
        r"\b(?:bad|poor|impaired|damaged|adverse|low) credit (?:\w+ )?(?:ok|okay|welcome|accepted|fine|is no|is "
        r"not|no problem|no obstacle|"
        r"does not|doesn't)",
        r"\b(?:regardless of|whatever|no matter|irrespective of|despite) (?:what )?(?:your|the|any|how bad)? "
        r"?(?:\w+ )?(?:credit|circumstances?|status|"
        r"finances|financial|income|situation|history|past|score|debts?)\b",
        r"\b(?:everyone|everybody|anyone|anybody|all applicants|all applications|each applicant)(?: \w+){0,2}? "
        r"(?:accepted|approved|welcome|"
        r"eligible|qualif\w+|gets?|can get|can borrow|can have|says? yes)\b",
        r"\b(?:nobody|no one|no applicant|no application|none) (?:\w+ ){0,2}?(?:turned (?:down|away)|refused|"
        r"rejected|declined|denied)\b",
        r"\b(?:we |bank )?(?:never|do not|don't) (?:turn (?:anyone|anybody|people|applicants|you) (?:down|away)|"
        r"(?:refuse|reject|decline|deny)"
        r"(?: anyone| anybody| you| people| applica\w+)?)\b",
        r"\b(?:senza|nessun[oa]?|zero|niente) (?:alcun[oa]? )?(?:controll[oi]|verific(?:a|he)|busta paga|garanzie|"
        r"istruttoria|valutazione)\b"
        r"(?! (?:si|non|viene|e) )",
        r"\b(?:cattivi pagatori|protestat[oi]|segnalat[oi]|pignorat[oi])\b",
        r"\b(?:qualunque|qualsiasi|indipendentemente|a prescindere)(?: \w+){0,3}? (?:situazione|reddito|"
        r"circostanz\w+|condizione economica|finanz\w+)\b",
        r"\b(?:per tutti|accettiamo tutti|concesso a tutti|tutti (?:vengono |sono )?(?:accettati|approvati))\b",
        r"\bnon (?:rifiutiamo|respingiamo|diciamo di no a) (?:\w+ )?(?:nessun\w*|mai|alcun\w*)\b|\bnessuno "
        r"(?:viene|e) (?:rifiutat|respint|esclus)\w+",
        holds_a_no=True,
    ),
)

P04: Final = Rule(
    id="P04",
    title="Existing debts or bureau entries said not to matter",
    action=Action.BLOCK,
    checks="Statements that debts, late payments or entries at a credit bureau have little or no influence.",
    why="Advertising may not say that outstanding contracts or database entries have little or no influence.",
    source="Directive (EU) 2023/2225, Art 8(7)(b), by analogy: that is law on consumer credit, this is a mortgage",
    advice="This says that debts or a credit record do not matter. Remove it: they are part of every assessment.",
    passes=(
        en("Existing loans are taken into account in the assessment."),
        it("I prestiti in corso sono considerati nella valutazione."),
    ),
    fails=(
        en("Your existing debts do not matter."),
        en("Past defaults are not a problem for us."),
        en("A poor credit record will not affect your application."),
        it("Le segnalazioni in CRIF sono ininfluenti."),
        it("I debiti esistenti non contano."),
        it("Non guardiamo il CRIF."),
    ),
    find=wording(
        r"\b(?:other|existing|old|current|previous) (?:loans?|debts?|credits?)(?: \w+){0,2}? no (?:difference|"
        r"matter|influence|effect|problem)\b|\b(?:do not|don\'t|never) care (?:about )?(?:what|how much|your)\b",
        r"\b(?:defaults?|arrears|late payments|debts?)(?: \w+){0,2}? (?:forgotten|forgiven|ignored|overlooked)\b",
        r"\b(?:storia creditizia|passato|debiti|ritardi|segnalazioni|crif)(?: [\w'-]+){0,3}? non (?:ha|hanno|avra|"
        r"avranno) (?:alcuna? |nessuna? )?(?:importanza|peso|rilevanza|influenza|effetto)\b",
        r"\b(?:debts?|defaults?|arrears|late payments?|missed payments?|ccjs?|bankruptc\w+|credit (?:record|"
        r"history|score|file|report|rating|bureau)|"
        r"other loans|existing loans)(?: [\w'-]+){0,3}? (?:(?:do|does|will|is|are|has|have|would)(?: not|n't)|no|"
        r"never|little|hardly|barely|"
        r"ir)\s?(?:\w+ ){0,2}?(?:matter\w*|count\w*|problem|issue|obstacle|influenc\w+|affect\w*|impact|effect|"
        r"role|relevan\w+|important)\b",
        r"\b(?:irrelevant|ignore|overlook|forget|disregard)(?: \w+){0,3}? (?:debts?|defaults?|arrears|credit "
        r"(?:record|history|score|file))\b",
        r"\b(?:we|bank) (?:do not|don't|never|will not|won't) (?:look at|check|consider|mind|care about|ask "
        r"about)(?: \w+){0,3}? "
        r"(?:debts?|credit|past|history|bureau|arrears|defaults?)\b",
        r"\b(?:debiti|prestiti|segnalazion\w+|ritardi|insolvenz\w+|crif|protesti|finanziamenti in corso|centrale "
        r"rischi|storia creditizia)"
        r"(?: [\w'-]+){0,4}? (?:ininfluent\w+|irrilevant\w+|non (?:contano|conta|importa\w*|influ\w+|incid\w+|"
        r"pesa\w*|sono un problema|e un problema))",
        r"\bnon (?:guardiamo|controlliamo|consultiamo|consideriamo|importa\w*|badiamo)(?: \w+){0,3}? (?:crif|"
        r"centrale rischi|debiti|segnalazioni|"
        r"ritardi|storia creditizia|passato)\b",
        holds_a_no=True,
    ),
)

RULES: Final = (P03, P04)
