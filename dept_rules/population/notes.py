"""What must be known of a synthetic sample, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dept_rules import provenance
from dept_rules.population.draw.draft import Draft
from dept_rules.system import baseline
from dept_rules.texts import number_text

if TYPE_CHECKING:
    import pandas as pd

#: Structures whose note tells a rule or a choice that a result may hang on.
TOLD = {
    "rsa_impute": "RSA",
    "prime_activite_imputee": "Prime d'activité",
    "aide_logement_imputee": "Aide au logement",
    "decisions": "Appréciations",
    "composition_hors_menages": "Hors ménages ordinaires",
}


def notes(draft: Draft, margins: pd.DataFrame) -> tuple[str, ...]:
    """Return what must be known of a sample, in French."""
    book = draft.book
    reached = margins[margins["use"] == "calage"]
    wide = reached.loc[reached["scope"] != "local", "margin"].nunique()
    assumed = sum(figure.standing == "hypothese" for figure in book.structures.values())
    found = [
        "Population synthétique : des ménages inventés, tirés au hasard et pondérés pour retrouver des "
        "chiffres publiés. Ce n'est ni une enquête, ni un fichier de personnes réelles.",
        f"{wide} des {reached['margin'].nunique()} marges calées sont nationales ou régionales, faute de "
        "chiffre du département : elles sont marquées.",
        f"{assumed} des {len(book.structures)} structures du tirage sont des hypothèses de ce projet ; ce "
        "qui n'est pas calé en dépend.",
        "Le RSA, la prime d'activité, l'aide au logement, l'AAH, les bourses et le contrat d'engagement "
        "jeune sont imputés par une règle au moment du tirage ; aucune étude ne les recalcule.",
        "Les revenus propres, tirés pour la métropole, sont portés au niveau du département à chaque rang.",
        "Le revenu disponible est placé sur les niveaux de vie du département selon le rang des ressources "
        "tirées ; le revenu fiscal de référence est le même chaque année.",
        _incomes(draft),
        "Les personnes hors ménages ordinaires (établissements, foyers, lieux d'accueil de l'ASE, prisons, "
        "rue) sont une strate à part, d'une personne par ménage.",
        "Ce qu'un agent apprécie est tiré au hasard ; les réponses valent pour toute l'année.",
    ]
    for name, label in TOLD.items():
        figure = book.structures[name]
        source = f" Source : {figure.source}." if figure.source else ""
        found.append(f"{label} (hypothèse). {figure.note.strip()}{source}")
    return tuple(found)


def _incomes(draft: Draft) -> str:
    """Return of which year incomes are, and what a study of another year would mix."""
    line = provenance.figure(baseline(), "seuil_pauvrete", f"{draft.year}-01-01")
    told, drawn = (
        draft.book.structures[name].year for name in ("annee_du_seuil_des_revenus", "salaire_median")
    )
    growth = number_text(round(draft.income_growth, 3))
    return (
        "Le revenu disponible est à la hauteur du seuil de pauvreté que les règles retiennent en "
        f"{draft.year}, {number_text(line.value)} € par mois ({line.reference_title}) : les niveaux de vie "
        f"de {told} sont multipliés par {growth}. Il n'est pas revalorisé de plus : une aide en euros de "
        f"{draft.year} s'y ajoute telle quelle. Salaires et pensions tirés sont ceux de {drawn} quelle que "
        "soit l'année. Étudiée une autre année, la population garde ses revenus quand le seuil change, et "
        "le taux de pauvreté n'est plus celui des marges : tirer plutôt un échantillon de cette année-là."
    )
