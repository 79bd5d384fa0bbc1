"""Better, cheaper, free, saving: comparisons and prices without an approved fact behind them (P06, P10, P11, P13)."""

from typing import Final

from guard.rule import Rule, en, it
from guard.wording import either, wording
from models.verdict import Action

P06: Final = Rule(
    id="P06",
    title="Credit said to be fast or easy",
    action=Action.REVIEW,
    checks="Easy or fast credit, money in minutes, hardly any effort.",
    why="Member States may forbid to stress how easily or quickly credit is had; each decides for itself.",
    source="Directive (EU) 2023/2225, Art 8(8)(a) (unverified), by analogy: that is law on consumer credit, this is a "
    "mortgage",
    advice="This stresses how easy or quick credit is. Keep it only if your counsel allows it there.",
    passes=(
        en("An application takes time, and you should not hurry it."),
        it("Una domanda di mutuo richiede tempo."),
    ),
    fails=(
        en("Get your mortgage in minutes."),
        en("The easiest way to borrow."),
        it("Il mutuo in pochi minuti."),
        it("Un credito facile e veloce."),
    ),
    find=wording(
        r"\b(?:money|funds|cash)(?: \w+){0,4}? account (?:with)?in\b|\bkeys(?: \w+){0,6}? (?:by|before|within)\b|"
        r"\b(?:denaro|soldi|somma)(?: \w+){0,3}? conto (?:in|entro)\b|\bchiavi(?: \w+){0,3}? entro\b",
        r"\bin (?:just |only )?(?:an? )?(?:few |\w+ )?(?:minutes?|seconds?)\b(?! of\b| we\b)",
        r"\b(?:easy|easiest|fast|fastest|quick|quickest|instant|hassle[- ]free|effortless|simple|simplest|"
        r"flexible)(?: and \w+)? "
        r"(?:credit|loans?|mortgages?|money|cash|approval|way to (?:borrow|get))\b",
        r"\b(?:borrow|credit|loan|mortgage|money|approved)(?: \w+){0,2}? (?:easily|quickly|effortlessly|overnight|"
        r"the same day|within hours)\b",
        r"\bin pochi(?:ssimi)? (?:minuti|secondi|clic|click|istanti)\b|\b(?:credito|mutuo|prestito|denaro) "
        r"(?:facil|veloc|rapid|immediat|istantane|flessibil)\w+",
        r"\b(?:piu facile|piu veloce|piu rapido) (?:per|modo)\b",
    ),
)

P10: Final = Rule(
    id="P10",
    title="Superlatives and comparisons",
    action=Action.BLOCK,
    checks="Best, number one, lowest, cheapest, unbeatable, leading, better than others.",
    why="A comparison must be provable and dated; the model's own words never are.",
    source="17 CFR 275.206(4)-1(a)(2); Directive 2005/29/EC, Art 6 (unverified); FCA MCOB 3A.3",
    advice="This compares without proof. Remove it, or have it approved as a claim with a dated source.",
    passes=(
        en("We do not claim to be the cheapest lender."),
        en("It is best to read the information sheet first."),
        en("Best regards from our team."),
        it("Non diciamo di essere i migliori."),
        it("È meglio leggere prima il prospetto."),
    ),
    fails=(
        en("We offer the best mortgage in the country."),
        en("Our rates are the lowest on the market."),
        en("An unbeatable offer for you."),
        en("Cheaper than any other bank."),
        it("Il miglior mutuo sul mercato."),
        it("Il tasso più basso in assoluto."),
        it("Un'offerta imbattibile."),
        it("Siamo la banca leader."),
    ),
    find=either(
        wording(
            r"\bbetter (?:deal|offer|rate|loan|mortgage|price)s? (?:anywhere|than)\b|\b(?:much|far|a lot|"
            r"considerably) (?:cheaper|better|lower)\b|\bno better (?:deal|offer|rate|loan|mortgage)\b",
            r"\bno (?:other|one else)(?: \w+){0,2}? (?:can|could|offers?|gives?|matches?|comes? close|will)\b|"
            r"\b(?:nobody|no one|nowhere) else\b|\b(?:rates?|offers?|loans?|conditions|terms|prices?) (?:\w+ "
            r")?(?:beat|outperform|outshine|top)s?\b",
            r"\bnessun'?a? ?altr[oa] (?:banca|istituto|finanziatore|offerta|mutuo)\b|\b(?:battiamo|superiamo|meglio "
            r"di) (?:\w+ ){0,2}?(?:concorren\w+|altre banche|altri)\b",
            r"\b(?:the|our|your|its|very|market'?s|country'?s|some of the|one of the) (?:\w+ )?(?:best|lowest|"
            r"cheapest|finest|greatest|safest|top|leading|most "
            r"(?:competitive|affordable|attractive|advantageous|favou?rable|convenient|trusted|popular|generous|"
            r"innovative|complete))\b(?! (?:for you )?to\b|"
            r" way to (?:reach|contact|call|start)| time\b| day\b| moment\b| address\b| number\b)",
            r"\b(?:best|lowest|cheapest|finest) (?:mortgages?|loans?|rates?|offers?|deals?|terms?|conditions?|banks?|"
            r"prices?|investments?|value|"
            r"in (?:the )?(?:class|market|country|town))",
            r"\b(?:number|no\.|#) ?(?:one|1)\b(?! reason)|\bno 1\b|\b(?:unbeatable|unrivall?ed|unmatched|unparalleled|"
            r"incomparable|second to none|market[- ]leading|"
            r"award[- ]winning|world[- ]class|leader in|once in a lifetime|exceptional (?:rate|offer|terms)|like no "
            r"other|incredible|amazing)\b",
            r"\b(?:cheaper|better|lower|safer|faster|greener|more (?:convenient|affordable|competitive|advantageous)) "
            r"than (?:\w+ ){0,3}?(?:banks?|lenders?|"
            r"others?|else|elsewhere|competitors?|market|average|anywhere|ordinary|normal|standard|traditional)",
            r"\b(?:substantially|significantly|far|much) (?:better|cheaper|lower) (?:\w+ )?(?:rates?|terms|conditions|"
            r"offer|price|deal)\b",
            r"\b(?:no|without|beats? (?:any|every|all)) (?:other )?(?:bank|lender|competitors?|competition|rivals?|"
            r"equal)\b|\bonly bank\b|\bgreat(?:est)? (?:mortgage )?rates?\b",
            r"\b(?:il|la|i|le|lo|un|nostr[oaie]) miglior[ei]?\b(?! (?:momento|modo|giorno|orario|recapito))|"
            r"\bmiglior[ei] (?:mutu|tass|offert|condizion|banc|prezz|sul mercato|in assoluto|"
            r"sempre)\w*",
            r"\bpiu (?:bass[oaie]|convenient[ei]|economic[oaie]|vantaggios[oaie]|competitiv[oaie]|affidabil[ei]|"
            r"sicur[oaie])\b(?: (?:d|in assoluto|sul|che))?",
            r"\b(?:imbattibil\w+|insuperabil\w+|ineguagliabil\w+|senza (?:pari|rivali|confronti|eguali)|numero (?:uno|"
            r"1)|leader|prima banca|unica banca|straordinari\w+|"
            r"eccezional\w+|incredibil\w+)\b",
        ),
        wording(
            r"\bno (?:other|one else)(?: \w+){0,2}? (?:can|could|offers?|gives?|matches?|comes? close|will)\b",
            r"\b(?:nobody|no one|nowhere) else\b|\b(?:without|no) (?:rivals?|equals?|competition)\b",
            r"\bnessun'?a? ?altr[oa] (?:banca|istituto|finanziatore|offerta|mutuo)\b|\bnon ha (?:rivali|uguali|"
            r"eguali|paragoni|pari)\b",
            holds_a_no=True,
        ),
    ),
)

P11: Final = Rule(
    id="P11",
    title="Free, or without costs",
    action=Action.BLOCK,
    checks="Free, no cost, no fees, zero charges, without hidden costs.",
    why="Zero is a figure too: it calls for the whole example, and only a fact of the product sheet may say it.",
    source="Directive 2005/29/EC, Annex I(20) (unverified); Directive 2014/17/EU, Art 11",
    advice="This says that something costs nothing. Use the approved claim on charges.",
    passes=(
        en("The loan is not free of charge: the fees are in the example."),
        en("Feel free to reply to this message."),
        en("Please call when you are free."),
        it("Il mutuo non è gratuito."),
        it("Mi scriva liberamente."),
    ),
    fails=(
        en("The valuation is free."),
        en("There are no fees."),
        en("No hidden costs."),
        en("At zero cost to you."),
        it("La perizia è gratis."),
        it("Zero spese di istruttoria."),
        it("Senza costi nascosti."),
    ),
    find=wording(
        r"\b(?:a )?(?:present|gift) from us\b|\bregal\w+\b",
        r"\b(?:not|never|won't) cost (?:you )?(?:a (?:cent|penny|thing)|anything|extra|more)\b|\b(?:costs?|fees?|"
        r"charges?|expenses)(?: \w+){0,2}? (?<!not )(?:on us|waived|covered by us|taken care of)\b|\bwe (?:pay|cover|"
        r"waive) (?:all |every |the |your )",
        r"\ba nostro carico\b|\bnon (?:le |ti |vi )?(?:costera|costa)(?: \w+)? (?:un )?(?:centesimo|nulla|niente|"
        r"euro)\b|\b(?:paghiamo|copriamo) noi\b",
        r"\b(?<!you )(?:is|are|comes?|completely|totally|entirely|absolutely|for|it's|all) free\b"
        r"(?! (?:to|on|in|at|this|next|when|tomorrow|today|for a|from)\b)",
        r"\bfree (?:of (?:charge|cost|fees?)|valuation|appraisal|account|quote|advice|consultation|loan|mortgage|"
        r"guide|service|gift|money|insurance)\b",
        r"\b(?:no|zero|without(?: an?y?)?|free of|never any|nil) (?:\w+ ){0,2}?(?:costs?|fees?|charges?|expenses?|"
        r"commissions?|interest|surprises|penalt\w+|"
        r"small print|fine print|strings attached|tax)\b",
        r"\b(?:interest|fee|cost|commission|tax|charge)[- ]free\b|\b(?:costs?|pay) (?:you )?nothing\b|"
        r"\b(?:is|are) on the house\b|\btax[- ]exempt\b",
        r"\b(?:gratis|gratuit[oaie]|gratuitamente|omaggio)\b",
        r"\b(?:senza|zero|nessun[oa]?|niente|azzerat[eio]|prive? di) (?:\w+ ){0,2}?(?:cost[oi]|spes[ae]|"
        r"commission[ei]|interess[ei]|oneri|sorprese|penal[ei]|imposte)\b",
        r"\ba (?:costo|tasso|spese|interessi) zero\b|\bnon (?:costa|paga|pagherai|paghera) (?:nulla|niente)\b",
        holds_a_no=True,
    ),
)

P13: Final = Rule(
    id="P13",
    title="Savings promised",
    action=Action.BLOCK,
    checks="Save money, cut your bill, lower your instalment, a discount, without an approved fact.",
    why="A saving is a statement on cost and must come from the product sheet, with its conditions.",
    source="Directive 2014/17/EU, Art 10",
    advice="This promises a saving. Remove it, or have it approved as a claim with its conditions.",
    passes=(
        en("We cannot say how much you would save."),
        en("Save the date of our call."),
        it("Non possiamo dire quanto si risparmia."),
    ),
    fails=(
        en("You will save money every month."),
        en("Cut your energy bills in half."),
        en("Benefit from a discount on the rate."),
        en("Your instalment will be lower with us."),
        it("Risparmierà ogni mese."),
        it("Riduca le bollette di casa."),
        it("Uno sconto sul tasso per lei."),
    ),
    find=wording(
        r"\bbills?(?: \w+){0,3}? (?:cut|halved|lower|reduced|smaller)\b|\bbollett[ae](?: \w+){0,2}? (?:piu "
        r"bass\w+|dimezzat\w+|ridott\w+)\b",
        r"\bpay(?:ing)? (?:much |far |a lot )?less\b|\b(?:more|extra|spare) money (?:in your|left|each|every|at "
        r"the end)\b|\bmoney (?:left over|back)\b|\b(?:paghera|pagherai|pagare|spendera|spendere) (?:molto |di "
        r")?meno\b",
        r"\bsav(?:e|es|ed|ing)(?: \w+){0,3}? (?:money|costs?|thousands|hundreds|interest|a lot|on|up to|more|"
        r"every|each|energy bills?|\d)",
        r"\b(?:savings?|saving) (?:on|of|every|each|per|for you|with us)\b|\b(?:big|great|huge|considerable|"
        r"substantial|real|guaranteed|significant) savings?\b",
        r"\b(?:cut|cuts|cutting|slash\w*|reduc\w+|lower\w*|halv\w+|shrink\w*)(?: [\w'-]+){0,2}? (?:bills?|costs?|"
        r"instal+ments?|payments?|rates?|repayments?|expenses)\b",
        r"\b(?:discount\w*|reduced|special|preferential|favou?rable|discounted|bargain|lower|low|attractive|"
        r"competitive|advantageous|better) "
        r"(?:on (?:the|your) |interest )?(?:rates?|terms?|conditions?|prices?|fees?|instal+ments?|offer)\b|"
        r"\bdiscounts?\b",
        r"\b(?:instal+ments?|payments?|rates?|costs?|bills?)(?: \w+){0,2}? (?:will be|are|is|stays?|becomes?) "
        r"(?:much |far |always )?(?:lower|cheaper|less|smaller|low)\b",
        r"\b(?:risparmi\w*|scont[oi]|scontat\w+)\b",
        r"\b(?:riduc\w+|abbass\w+|tagli\w+|dimezz\w+|diminui\w+)(?: [\w'-]+){0,2}? (?:bollett[ae]|cost[oi]|"
        r"rat[ae]|spes[ae]|tass[oi])\b",
        r"\b(?:tass[oi]|condizion[ei]|rat[ae]|offert[ae]|prezz[oi])(?: \w+)? (?:agevolat|vantaggios|convenient|"
        r"ridott|special|scontat|favorevol|competitiv|imperdibil)\w+",
    ),
)

RULES: Final = (P06, P10, P11, P13)
