"""Promises of credit: approval, speed of approval, and statements that this person qualifies (P01, P02, P18)."""

from typing import Final

from guard.rule import Rule, en, it
from guard.wording import wording
from models.verdict import Action

_CREDIT: Final = r"(?:approv\w+|accept\w+|mortgages?|loans?|credit|financ\w+|rates?|applications?|funding)"
_CREDITO: Final = r"(?:mutu\w+|approvazion\w+|tass[oi]|prestit\w+|finanziament\w+|credit\w+|concession\w+|erogazion\w+)"

P01: Final = Rule(
    id="P01",
    title="Approval, credit or a rate promised",
    action=Action.BLOCK,
    checks="Words that make approval, a loan or a rate certain: guaranteed, assured, certain, promised, a formality.",
    why="Whether credit is granted, and at what cost, is known only after the assessment. A promise creates an "
    "expectation that the firm may not create.",
    source="Directive 2014/17/EU, Art 10; TUB, Art 120-octies(1)",
    advice="This promises credit or its cost. Say that it depends on the assessment, or remove the sentence.",
    passes=(
        en("Approval is not guaranteed: every application is assessed."),
        en("The loan is guaranteed by a mortgage on the home."),
        en("You asked whether approval is guaranteed."),
        en("Nobody can promise you a mortgage before the assessment."),
        it("L'approvazione non è garantita: ogni domanda viene valutata."),
        it("Il mutuo è garantito da ipoteca sull'immobile."),
        it("Non possiamo promettere un mutuo prima della valutazione."),
    ),
    fails=(
        en("Your approval is guaranteed."),
        en("We offer guaranteed mortgage approval."),
        en("You will definitely be approved."),
        en("Do not worry, your mortgage is as good as done."),
        en("You can count on a yes from us."),
        en("For you the approval is just a formality."),
        en("Your application will be approved."),
        it("Il suo mutuo è garantito."),
        it("La sua domanda sarà sicuramente approvata."),
        it("Le garantiamo il tasso più adatto."),
        it("L'approvazione è solo una formalità."),
    ),
    find=wording(
        r"\b(?:promise|guarantee|assure) (?:you )?(?:an? )?(?:yes|positive (?:answer|decision|reply))\b",
        r"\b(?:decision|answer|outcome|reply|result|response)(?: \w+){0,3}? (?:can|could|will) only be "
        r"(?:positive|yes|good)\b",
        r"\b(?:walk in the park|child's play|piece of cake|plain sailing|smooth sailing|matter of course|foregone "
        r"conclusion|dead certain)\b",
        r"\b(?:confident|sure|certain|convinced|positive|no doubt|guarantee)(?: you)?(?: that)? (?:you|your \w+|"
        r"it|we|the bank)(?:'ll| will| can| are going to)\b",
        r"\b(?:gioco da ragazzi|una passeggiata|esito scontato|certezza di ottenere|puo essere solo positiv[oa]|"
        r"sara (?:solo |sicuramente )?positiv[oa])\b",
        r"\b(?:siamo|sono) (?:sicur|cert|convint)\w+ che (?:\w+ ){0,4}?(?:approvat|otterra|avra|accett|accolt|"
        r"mutuo)\w*",
        r"\b(?:mortgage|loan|credit|financing|money) (?:is|will be|can be) (?:\w+ )?(?:secured|ensured|assured) "
        r"for you\b",
        r"\byou(?:'ll| will) (?:\w+ )?(?:get|receive|obtain|have) (?:the |your |a |this )?(?:loan|mortgage|money|"
        r"funds|financing|credit|keys|approval|yes)\b",
        r"\b(?:otterra|avra|ricevera|otterrai|avrai|riceverai) (?:\w+ )?(?:il |i |le |la )?(?:suo |tuo )?(?:mutuo|"
        r"denaro|soldi|prestito|finanziamento|chiavi|approvazione)\b",
        rf"\bguarante\w+\b(?! by\b)(?: [\w'-]+){{0,3}}? {_CREDIT}\b",
        rf"\b{_CREDIT}(?: [\w'-]+){{0,4}}? (?:guarante\w+\b(?! by\b| with\b| through\b)|assured|promised|in the bag|"
        rf"certain"
        r"(?=[.,;!?]|$)|(?:just |only |merely |almost )?a (?:mere )?(?:certainty|formality|given|done deal|sure "
        r"thing))",
        rf"\b(?:assured|certain|sure[- ]fire|automatic) {_CREDIT}\b",
        r"\b(?:definitely|certainly|surely|undoubtedly|absolutely|always) (?:be )?(?:approved|accepted|granted|get the|"
        r"get your|get a (?:loan|mortgage|yes)|receive (?:the|your) (?:loan|mortgage|money))\b",
        r"\bwill(?: (?:also|then|soon|always|now))? be (?:approved|accepted|granted)\b(?! or\b| only\b| if\b| by\b)",
        r"\b(?:sure|certain|bound|guaranteed) to (?:be )?(?:approved?|accepted|get|obtain|qualify|succeed|receive|"
        r"say yes)\b",
        r"\b(?:count|rely|bank|depend) on (?:us for )?(?:an? |your |the |our )?(?:\w+ )?(?:approval|yes|mortgage|"
        r"loan|acceptance)\b",
        r"\bwe (?:can |will |hereby )?(?:promise|guarantee|assure|ensure)(?: you)?(?: that)?(?: an?| the| your| "
        r"this| our| you)?"
        rf"(?: [\w'-]+)?(?: will get| will have| get)?(?: an?| the| your)? {_CREDIT}\b",
        r"\b(?:loan|mortgage|approval|money|financing|application) is (?:already )?(?:yours|waiting for you|as "
        r"good as \w+)\b",
        r"\bas good as (?:done|approved|yours|granted|agreed)\b|\bconsider (?:it|yourself|your \w+) (?:done|"
        r"approved|accepted)\b",
        r"\bwe (?:always )?say yes\b|\bnothing (?:can|will) (?:go wrong|stop|stand in the way)\b",
        rf"\b{_CREDITO}(?: [\w'-]+){{0,4}}? (?:garantit[oaie]\b(?! da\b| dal| con\b)|assicurat[oaie]|promess[oaie]|"
        r"cert[oaie](?=[.,;!?]|$)|sicur[oaie](?=[.,;!?]|$)|(?:solo |soltanto )?una formalita|cosa fatta)",
        rf"\bgaranti(?:amo|to|ta|ti|te|sce|sco|re|ra|remo)(?: [\w'-]+){{0,3}}? (?:l')?{_CREDITO}\b",
        r"\b(?:sicuramente|certamente|di sicuro|senz'altro|senza dubbio|di certo)(?: \w+){0,3}? "
        r"(?:approv\w+|accett\w+|concess\w+|otter\w+|accolt\w+|il (?:suo |tuo )?mutuo)\b",
        r"\b(?:approvat|accettat|concess|accolt)[oaie] (?:sicuramente|certamente|di sicuro|senz'altro)\b",
        r"\b(?:sara|verra|saranno|verranno) (?:\w+ )?(?:approvat|accettat|accolt)[oaie]\b(?! o\b| solo\b| se\b)",
        r"\b(?:puo|puoi) contare (?:su|sul|sull')\s?(?:\w+ )?(?:approvazione|mutuo|prestito|si)\b",
        rf"\b(?:promettiamo|assicuriamo)(?: [\w'-]+){{0,2}}? (?:l')?{_CREDITO}\b|\be (?:gia|come) (?:cosa )?fatta\b",
        r"\bdiciamo (?:sempre )?(?:di )?si\b|\bnulla puo andare storto\b",
    ),
)

P02: Final = Rule(
    id="P02",
    title="Approval before or without assessment",
    action=Action.BLOCK,
    checks="Pre-approved, already approved, instant, immediate or automatic approval.",
    why="No application has been assessed when this message is written, and none is assessed automatically.",
    source="Directive 2014/17/EU, Art 10 and Art 18(5) (the latter unverified); FCA CONC 3.3 (unverified)",
    advice="This says that credit is already or at once approved. Remove it: an assessment comes first.",
    passes=(
        en("You are not pre-approved; an adviser will look at your application."),
        en("Once the application is approved, we fix a date with the notary."),
        it("La domanda non è pre-approvata: sarà valutata da una persona."),
        it("Dopo l'approvazione fissiamo la data con il notaio."),
    ),
    fails=(
        en("Good news, you are pre-approved for this mortgage."),
        en("Your loan has already been approved."),
        en("Enjoy instant approval."),
        en("You have been approved."),
        it("Il suo mutuo è già stato approvato."),
        it("Offriamo un'approvazione immediata."),
        it("Lei è pre-approvata."),
    ),
    find=wording(
        r"\b(?:everything|all|it|credit line|mortgage|loan) (?:has been|is|was) (?:\w+ (?:and )?)?(?:approved|"
        r"confirmed|settled|arranged)\b(?! by\b)",
        r"\b(?:given|gave|giving|got|has|have|received)(?: \w+){0,2}? (?:the |a )?(?:green light|go[- ]ahead|"
        r"all[- ]clear)\b",
        r"\b(?:dato|ricevuto|ottenuto|concesso)(?: \w+){0,2}? (?:il )?(?:via libera|nulla osta|benestare|ok)\b",
        r"\b(?:approval|decision|assessment|credit) (?:takes|needs|requires|comes in|is made in) (?:only |just |"
        r"no more than )?(?:an? )?(?:moment|instant|minutes?|no time|blink|seconds?|few)\b",
        r"\b(?:confirm|confermo|confermiamo|pleased to (?:say|tell|inform))(?: \w+){0,4}? (?:approved|granted|"
        r"accepted|approvat\w|concess\w|accettat\w|accolt\w)\b",
        r"\bpre[- ]?(?:approv|qualif|select|accept|agreed)\w*",
        r"\b(?:already|now|just|hereby) (?:been )?(?:approved|accepted|granted|qualified)\b",
        r"\b(?:you (?:are|have been)|your (?:\w+ )?(?:loan|mortgage|application|request|credit) (?:is|has been|"
        r"was)) (?:\w+ly )?"
        r"(?:approved|accepted|granted)\b",
        r"\b(?:instant|immediate|automatic|on[- ]the[- ]spot|same[- ]day|express)(?: \w+)? (?:approval|decision|"
        r"acceptance|yes|credit|loan|"
        r"mortgage|funding)s?\b",
        r"\b(?:approv\w+|accept\w+|decision) (?:instantly|immediately|automatically|on the spot|at once|right "
        r"away|within (?:minutes|seconds|hours))",
        r"\bpre[- ]?(?:approvat|qualificat|delibe?rat)\w*",
        r"\bgia (?:\w+ )?(?:approvat|concess|accettat|accolt|deliberat)[oaie]\b",
        r"\b(?:mutuo|prestito|domanda|richiesta|finanziamento) e (?:stat[oa] )(?:approvat|concess|accettat|"
        r"accolt)[oa]\b",
        r"\b(?:approvazione|delibera|concessione|esito|risposta positiva)(?: \w+)? (?:immediat\w+|istantane\w+|"
        r"automatic\w+|subito|in giornata)\b",
        r"\b(?:immediata|istantanea|automatica|subita) (?:approvazione|delibera|concessione)\b|\bapprovat[oaie] "
        r"(?:subito|all'istante)\b",
        allows_conditions=True,
    ),
)

P18: Final = Rule(
    id="P18",
    title="A statement that this person qualifies",
    action=Action.BLOCK,
    checks="Statements on the reader's own eligibility or means: you qualify, you are eligible, your income is enough.",
    why="Only an assessment by people says so; a message written by software must not decide about a person.",
    source="Directive 2014/17/EU, Art 10 and Art 18 (the latter unverified); Regulation (EU) 2016/679, Art 22; "
    "Regulation (EU) 2024/1689, Annex III(5)(b)",
    advice="This says that the reader qualifies or can afford it. Say what is looked at in an assessment instead.",
    passes=(
        en("We will find out together whether you qualify."),
        en("If you qualify, we will prepare an information sheet."),
        en("We cannot say yet that you are eligible."),
        it("Valutiamo insieme se rientra nei requisiti."),
        it("Non possiamo ancora dire che lei ha diritto al mutuo."),
    ),
    fails=(
        en("You qualify for this mortgage."),
        en("Your income is more than enough for this loan."),
        en("You are eligible."),
        en("You meet all our requirements."),
        en("You can easily afford this."),
        it("Lei rientra nei requisiti."),
        it("Il suo reddito è sufficiente."),
        it("Lei ha diritto al mutuo."),
    ),
    find=wording(
        r"\byou can (?:\w+ )?afford (?:\w+ ){1,4}(?:without|with ease|easily|comfortably)\b|\b(?:fits?|suits?|"
        r"within) your (?:budget|means|pocket)\b|\b(?:this|the) (?:loan|mortgage) is no problem\b",
        r"\b(?:tick|check)(?:s|ed)? (?:all|every) (?:of )?(?:the |our )?box\w*|\b(?:kind|sort|type) of "
        r"(?:borrower|customer|client|person) (?:that )?we\b",
        r"\byou (?:\w+ )?pass (?:all |every )?(?:our |the |any )?(?:requirements?|checks?|assessment|criteria|"
        r"test)\b|\byou (?:have|'ve) (?:everything|all) (?:it takes|you need|we need|we ask)\b",
        r"\bcarte in regola\b|\b(?:ha|hai) tutto (?:quello|cio) che (?:serve|occorre)\b|\b(?:suo|tuo) profilo "
        r"(?:\w+ )?(?:perfett|ideal|ottim|giust)\w+|\bcliente ideale\b",
        r"\byou(?:'re| are| will be| would be)? (?:already |clearly |fully |certainly |definitely |perfectly |also )?"
        r"(?:qualify|qualified|eligible|entitled|creditworthy|a perfect candidate|the ideal candidate|suitable for)\b",
        r"\byou (?:already |clearly |fully |easily )?(?:meet|fulfil\w*|satisfy) (?:all |every |our |the |each "
        r")+(?:\w+ )?"
        r"(?:requirement|criteri|condition)\w*",
        r"\b(?:your|the) (?:income|salary|earnings|savings|deposit|credit score|rating|profile|situation|"
        r"finances) (?:is|are|seems?|looks?) "
        r"(?:more than )?(?:\w+ )?(?:enough|sufficient|adequate|good|excellent|strong|perfect|ideal|solid|suitable)\b",
        r"\byou can (?:easily |comfortably |certainly |surely |well )+(?:afford|repay|manage)\b",
        r"\b(?:rientra|rientri|soddisfa|soddisfi|possiede|possiedi)(?: \w+){0,2}? (?:requisiti|criteri|condizioni)\b",
        r"\b(?:ha|hai|avete) (?:pieno |gia )?diritto (?:a|al|all|alla)\b|\b(?:ha|hai) (?:tutti )?i requisiti\b",
        r"\b(?:suo|tuo|vostro) (?:reddito|stipendio|profilo|merito creditizio|rating) (?:e|sembra|risulta) (?:piu "
        r"che )?(?:\w+ )?"
        r"(?:sufficient|adeguat|ottim|perfett|ideal|solid|buon)\w*",
        r"\b(?:lei|tu) (?:e|sei) (?:gia )?(?:idone|ammissibil|un candidato ideale)\w*|\b(?:puo|puoi) "
        r"(?:tranquillamente|facilmente) permetter\w+",
        allows_conditions=True,
    ),
)

RULES: Final = (P01, P02, P18)
