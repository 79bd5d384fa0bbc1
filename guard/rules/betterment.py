"""Credit as a way out: it improves your finances, replaces savings, clears debts (P05, P16)."""

from typing import Final

from guard.rule import Rule, en, it
from guard.wording import either, wording
from models.verdict import Action

P05: Final = Rule(
    id="P05",
    title="Credit said to improve one's finances",
    action=Action.BLOCK,
    checks="Statements that borrowing improves finances, raises the standard of living or replaces savings.",
    why="Borrowing costs money. Advertising may not present it as a gain.",
    source="Directive (EU) 2023/2225, Art 8(7)(a) and (c) (unverified), by analogy: that is law on consumer credit, "
    "this is a mortgage",
    advice="This presents borrowing as a gain. Say what the loan is for, without praise of its effect.",
    passes=(
        en("A loan does not improve your financial situation; it has to be repaid."),
        it("Un mutuo non migliora la situazione finanziaria: va rimborsato."),
    ),
    fails=(
        en("This mortgage will improve your financial situation."),
        en("Borrowing is a smart alternative to saving."),
        en("Become financially free with our loan."),
        it("Il mutuo migliora la tua situazione finanziaria."),
        it("Un tenore di vita più alto grazie al nostro mutuo."),
    ),
    find=either(
        wording(
            r"\b(?:make|makes|making|change|changes|transform|transforms|improve|improves|enrich|enriches) your "
            r"life\b|\b(?:life|future)(?: \w+){0,2}? (?:better|easier|brighter|carefree)\b",
            r"\b(?:do not|don't|no longer|never) need (?:any |to have |your )?savings?\b|\b(?:cambia|cambiera|"
            r"migliora|migliorera) (?:la )?(?:sua |tua )?vita\b|\bnon servono risparmi\b",
            r"\b(?:improv\w+|boost\w*|strengthen\w*|better|transform\w*|fix(?:es|ing)?|rais\w+|increas\w+|lift\w*)(?: "
            r"[\w'-]+){0,2}? "
            r"(?:financ\w+|wealth|standard of living|living standards?|budget|net worth|credit score|money worries)\b",
            r"\b(?:alternative to|instead of|substitute for|replaces?|rather than|better than|no need for|without) "
            r"(?:your |any )?savings?\b",
            r"\b(?:financial(?:ly)? (?:freedom|free|independen\w+|peace of mind|secure|security)|worry[- ]free|"
            r"stress[- ]free|carefree|peace of mind)\b",
            r"\b(?:makes?|making|become|get|grow) (?:you )?(?:rich|richer|wealth\w*)\b|\b(?:solves?|end) (?:all "
            r")?your (?:money|financial) (?:problem|worr)\w*",
            r"\b(?:miglior\w+|aument\w+|innalz\w+|rafforz\w+|risolv\w+)(?: [\w'-]+){0,3}? (?:situazione "
            r"(?:finanziaria|economica)|finanze|tenore di vita|"
            r"problemi (?:economici|finanziari|di soldi)|patrimonio|bilancio familiare)\b",
            r"\btenore di vita (?:piu alto|migliore|superiore)\b|\b(?:al posto|invece) de(?:i|gli) risparmi\b|"
            r"\balternativa (?:al|ai) risparmi\w*",
            r"\b(?:liberta finanziaria|indipendenza economica|senza pensieri|senza preoccupazioni|diventa(?:re)? "
            r"ricc\w+)\b",
        ),
        wording(
            r"\b(?:do not|don't|no longer|never) need (?:any |to have |your )?savings?\b|\bnon (?:le |ti )?servono "
            r"risparmi\b",
            r"\b(?:senza|without) (?:alcun )?(?:risparmi|savings)\b|\bmoney is no (?:object|problem|issue)\b",
            holds_a_no=True,
        ),
    ),
)

P16: Final = Rule(
    id="P16",
    title="Debts said to disappear",
    action=Action.BLOCK,
    checks="Eliminate, wipe out, erase or cancel debts.",
    why="A new loan replaces a debt by another; it never makes one disappear.",
    source="12 CFR 1026.24(i)(5); Directive 2005/29/EC, Art 6 (both unverified)",
    advice="This says that debts disappear. Remove it.",
    passes=(
        en("A mortgage does not eliminate debts."),
        it("Il mutuo non cancella i debiti esistenti."),
    ),
    fails=(
        en("Wipe out your debts with one loan."),
        en("We help you become debt-free."),
        en("Write off what you owe."),
        it("Azzera i tuoi debiti con un solo mutuo."),
        it("Cancelliamo tutti i debiti."),
    ),
    find=wording(
        r"\bclean slate\b|\bfresh start\b|\bripart\w+ da zero\b",
        r"\bdebts?(?: \w+){0,3}? (?:vanish\w*|melt\w*|evaporat\w*|dissolv\w*|behind you)\b|\bdebit[oi](?: "
        r"\w+){0,2}? (?:sparir\w+|svanir\w+|scompar\w+)",
        r"\b(?:eliminat\w+|eras\w+|wip\w+ (?:out|away)|clear(?:s|ed|ing)?|cancel\w*|writ\w+ off|get(?:ting)? rid "
        r"of|forg[ie]v\w+|escap\w+|end|"
        r"say goodbye to)(?: [\w'%.-]+){0,4}? (?:debts?|what you owe|loans?|arrears|balances?)\b",
        r"\b(?:debts?|loans?|balances?)(?: [\w'%.-]+){0,3}? (?:eliminat\w+|erased|wiped (?:out|away)|cancell?ed|"
        r"written off|forgiven|gone|disappears?|"
        r"forgiveness|cleared)\b",
        r"\bdebt[- ](?:free|forgiveness|elimination|relief)\b|\bfree of (?:all )?debts?\b",
        r"\b(?:azzer\w+|eliminia?\w*|cancell\w+|estirp\w+|liber\w+ da(?:i|gli)?|dire addio ai|sparir\w+)(?: "
        r"[\w'-]+){0,2}? debit[oi]\b",
        r"\bdebit[oi](?: [\w'-]+){0,2}? (?:azzerat|cancellat|eliminat|sparit)\w+|\bsenza (?:piu )?debiti\b",
    ),
)

RULES: Final = (P05, P16)
