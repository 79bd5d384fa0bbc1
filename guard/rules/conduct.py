"""What a lender does not say about the past, about other products, or about a person's private life (P20, P21, P22)."""

from typing import Final

from guard.rule import Rule, en, it
from guard.wording import wording
from models.verdict import Action

P20: Final = Rule(
    id="P20",
    title="The past as a promise",
    action=Action.BLOCK,
    checks="Historical performance or past rates used to suggest what comes.",
    why="Past performance says nothing about the future.",
    source="FINRA 2210(d)(1)(F)",
    advice="This lets the past speak for the future. Remove it.",
    passes=(
        en("Past rates say nothing about future rates."),
        it("I tassi del passato non dicono nulla del futuro."),
    ),
    fails=(
        en("Homes like yours have always gained value."),
        en("Historically, prices only went up."),
        it("Le case hanno sempre aumentato il loro valore."),
        it("Storicamente i prezzi sono saliti."),
    ),
    find=wording(
        r"\b(?:historical(?:ly)?|in the past|over the (?:last|past) (?:\w+ )?(?:years?|decades?)|has proven|"
        r"proven track record|track record)\b,?"
        r"(?: [\w',-]+){0,6}? ?(?:ris\w+|rose|gain\w*|grow\w*|grew|up|value|returns?|perform\w*|fall\w*|fell|low|"
        r"record)\b",
        r"\b(?:has|have|had) (?:always|consistently|historically|steadily) (?:gained|risen|grown|gone up|"
        r"increased|held|kept|performed|fallen|been (?:low|stable))\b",
        r"\b(?:storicamente|in passato|negli ultimi (?:\w+ )?anni)(?: [\w',-]+){0,6}? ?(?:salit\w+|cresciut\w+|"
        r"aumentat\w+|valore|rendiment\w+|scesi|bass\w+)\b",
        r"\b(?:ha|hanno) sempre (?:aumentato|guadagnato|mantenuto|reso|acquistato)\b|\b(?:e|sono) sempre "
        r"(?:salit\w|cresciut\w|aumentat\w)\b",
    ),
)

P21: Final = Rule(
    id="P21",
    title="Another product made a condition",
    action=Action.REVIEW,
    checks="You must take our insurance, open an account with us, move your salary.",
    why="Tying a mortgage to other products is forbidden but for few exceptions.",
    source="Directive 2014/17/EU, Art 12 (unverified)",
    advice="This ties the loan to another product. Keep it only if your counsel allows that very tie.",
    passes=(
        en("You can choose any insurer."),
        en("You do not have to open an account with us."),
        it("Può scegliere qualsiasi assicuratore."),
        it("Non deve aprire un conto da noi."),
    ),
    fails=(
        en("You must take our insurance."),
        en("You need to open an account with us."),
        it("Deve sottoscrivere la nostra polizza."),
        it("È obbligatorio aprire un conto da noi."),
    ),
    find=wording(
        r"\b(?:must|have to|has to|need to|needs to|required to|obliged to|only if you) (?:also )?(?:take|buy|"
        r"open|sign|move|transfer|have|hold|subscribe)(?: \w+){0,3}? "
        r"(?:insurance|policy|account|card|salary|product)\b",
        r"\b(?:insurance|policy|account|card)(?: \w+){0,2}? (?:is|are) (?:mandatory|compulsory|a condition|"
        r"obligatory|required)\b|\bwithout (?:our|an?) (?:\w+ )?(?:account|insurance|policy)\b",
        r"\b(?:deve|devi|e obbligatorio|e necessario|occorre|bisogna)(?: anche)? (?:sottoscriver\w+|aprir\w+|"
        r"acquistar\w+|trasferir\w+|accreditar\w+|stipular\w+)(?: \w+){0,3}? "
        r"(?:polizza|assicurazione|conto|carta|stipendio|prodotto)\b",
    ),
)

P22: Final = Rule(
    id="P22",
    title="Private life inferred",
    action=Action.BLOCK,
    checks="Health, pregnancy, religion, origin, politics, sexual life or family plans of the reader. A greeting by a "
    "name of one word passes: Christian is a person there; a longer name asks for review.",
    why="Special categories of data have no place in an answer about a loan, even if the lead mentioned them.",
    source="Regulation (EU) 2016/679, Art 9 (unverified)",
    advice="This speaks of the reader's private life. Remove it, even if the reader mentioned it.",
    passes=(
        en("Congratulations on your new home."),
        it("Congratulazioni per la nuova casa."),
    ),
    fails=(
        en("Congratulations on your pregnancy."),
        en("We are sorry about your illness."),
        en("As a Muslim family you may prefer this."),
        it("Auguri per la gravidanza."),
        it("Ci dispiace per la sua malattia."),
    ),
    find=wording(
        r"\b(?:pregnan\w+|expecting (?:a baby|a child|twins)|new ?born|miscarriage|illness|disease|disabilit\w+|"
        r"disabled|cancer|depress\w+|therapy|medical|diagnos\w+|"
        r"divorc\w+|your (?:religion|faith|ethnicity|origin|race|skin|sexuality|politics|union|health)|muslim|"
        r"jewish|catholic|christian|hindu|buddhist|immigrants?|refugees?|"
        r"gay|lesbian|transgender|same[- ]sex)\b",
        r"\b(?:gravidanza|incinta|in dolce attesa|neonat[oa]|malatti\w+|disabil\w+|tumore|depression\w+|terapi\w+|"
        r"diagnos\w+|divorzi\w+|la (?:sua|tua) "
        r"(?:religione|fede|etnia|origine|razza|salute)|musulman\w+|ebre[oai]\w*|cattolic\w+|immigrat\w+|"
        r"rifugiat\w+|gay|lesbic\w+)\b",
        spares_names=True,
    ),
)

RULES: Final = (P20, P21, P22)
