"""The margins that a sample can be compared with: what they are called, allow and measure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from dept_rules.errors import Fault, did_you_mean, nearest
from dept_rules.population import measures
from dept_rules.population.draw.draft import Draft, limits
from dept_rules.population.draw.resources import wage_growth
from dept_rules.population.margins import Book, Figure
from dept_rules.population.measures import Measure

#: By how much the shares of a whole may miss 100 per cent.
ROUNDING = 0.5


@dataclass(frozen=True)
class Target:
    """A margin that a sample can be compared with.

    Attributes:
        label: what it is, in French.
        unit: of its values.
        measure: returns what a category reads in a sample.
        of_people: whether it is about people, rather than households.
        calibrated: returns whether weights are made to reach it; otherwise it is a check.
        categories: those allowed; none where they are ages or bands of ages.
        needed: categories that the draw reads, and that must be told.
        scaled: returns what its values are multiplied by for the year of a sample.
    """

    label: str
    unit: str
    measure: Callable[[Draft, str], Measure]
    of_people: bool = False
    calibrated: Callable[[Book], bool] = lambda book: True
    categories: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    scaled: Callable[[Draft], float] = lambda draft: 1.0


def never(book: Book) -> bool:
    """Return that a margin is a check, whatever is known."""
    return False


def category_label(name: str, category: str) -> str:
    """Return a category of a margin in French; empty where there is only one."""
    if category == "ensemble":
        return ""
    if name == "niveaux_de_vie":
        return CATEGORIES.get(f"q{category}", f"{category} % les plus modestes")
    if not TARGETS[name].categories:
        first, more = category.removesuffix("+"), " et plus" if category.endswith("+") else ""
        return f"{first.replace('-', '–')} ans{more}"
    return CATEGORIES.get(category, category)


def faults(name: str, figure: Figure | None) -> Iterator[Fault]:
    """Yield what is wrong with a margin: its name, and its figure where that can be read."""
    path, target = f"margins.{name}", TARGETS.get(name)
    if target is None:
        yield Fault(path, f"is unknown{did_you_mean(nearest(name, TARGETS))}", f"one of {', '.join(TARGETS)}")
        return
    if figure is None:
        return
    nested = [category for category, value in figure.values.items() if isinstance(value, Mapping)]
    if nested:
        yield Fault(f"{path}.values.{nested[0]}", "has categories of its own", "a number")
        return
    if figure.unit != target.unit:
        yield Fault(f"{path}.unit", f"is {figure.unit}", target.unit)
    for category in figure.values:
        if target.categories and category not in target.categories:
            yield Fault(
                f"{path}.values.{category}", "is no category", f"one of {', '.join(target.categories)}"
            )
        elif not target.categories and not _is_band(category):
            yield Fault(f"{path}.values.{category}", "is no age", 'one such as "18-24", "75+" or "21"')
    for category in target.needed:
        if category not in figure.values:
            yield Fault(f"{path}.values.{category}", "is missing")
    numbers = list(figure.values.values())
    if target.unit == "percent":
        if any(number > 100 for number in numbers):
            yield Fault(f"{path}.values", "a share is above 100", "shares in per cent")
        exclusive = figure.name in PARTITIONS
        total = sum(numbers)
        whole = exclusive and set(figure.values) == set(target.categories)
        if exclusive and (total > 100 + ROUNDING or (whole and total < 100 - ROUNDING)):
            yield Fault(f"{path}.values", f"sum to {total:.1f}", "100 per cent in all")


def columns(draft: Draft, figure: Figure) -> Iterator[tuple[str, Measure, float]]:
    """Yield, for each category of a margin, what it measures in the sample and what it should be.

    That of a quantile is the share of people below its value.
    """
    target = TARGETS[figure.name]
    factor = target.scaled(draft) / (100 if target.unit == "percent" else 1)
    total = sum(figure.values.values())
    if figure.name in PARTITIONS and abs(total - 100) <= ROUNDING:
        factor *= 100 / total  # published shares are rounded
    for category, value in figure.values.items():
        if figure.name == "niveaux_de_vie":
            yield category, measures.below(draft, value * factor), int(category) / 100
        else:
            yield category, target.measure(draft, category), value * factor


def _is_band(category: str) -> bool:
    try:
        limits(category)
    except ValueError:
        return False
    return True


ALL = ("ensemble",)
TARGETS: Mapping[str, Target] = {
    "menages": Target("Ménages ordinaires", "count", measures.households, categories=ALL),
    "personnes_hors_menages": Target(
        "Personnes hors ménages ordinaires", "percent", measures.outside, of_people=True, categories=ALL
    ),
    "menages_par_taille": Target(
        "Ménages selon leur taille", "percent", measures.size, categories=("1", "2", "3-4", "5+")
    ),
    "menages_de_plusieurs_par_type": Target(
        "Ménages de plusieurs personnes selon leur type",
        "percent",
        measures.kind,
        categories=tuple(measures.KINDS),
    ),
    "personnes_par_age": Target("Personnes selon leur âge", "percent", measures.age, of_people=True),
    "adultes_par_age": Target(
        "Jeunes adultes parmi les 18 ans et plus", "percent", measures.adult_age, of_people=True
    ),
    "jeunes_chez_leurs_parents": Target(
        "Jeunes chez leurs parents", "percent", measures.with_parents, of_people=True
    ),
    "jeunes_chez_leurs_parents_par_age": Target(
        "Jeunes chez leurs parents, par âge", "percent", measures.with_parents, of_people=True
    ),
    "scolarisation_par_age": Target(
        "Jeunes scolarisés, par âge",
        "percent",
        measures.enrolled,
        of_people=True,
    ),
    "ni_emploi_ni_etudes_par_age": Target(
        "Jeunes ni en emploi, ni en études, ni en formation, par âge",
        "percent",
        measures.neither,
        of_people=True,
    ),
    "salaire_moyen_18_24": Target(
        "Salaire net moyen des 18–24 ans en emploi",
        "EUR/month",
        measures.wage,
        of_people=True,
        categories=ALL,
        scaled=lambda draft: wage_growth(draft.year),
    ),
    "niveaux_de_vie": Target(
        "Niveau de vie",
        "EUR/year",
        lambda draft, category: measures.below(draft, 0.0),
        of_people=True,
        categories=("10", "20", "25", "30", "40", "50", "60", "70", "75", "80", "90"),
        needed=("50",),
        scaled=lambda draft: draft.income_growth,
    ),
    "pauvrete_par_age_du_referent": Target(
        "Taux de pauvreté selon l'âge du référent du ménage",
        "percent",
        measures.poor_by_reference,
        of_people=True,
    ),
    "personnes_de_menages_proprietaires": Target(
        "Personnes de ménages propriétaires ou accédants",
        "percent",
        measures.owned,
        of_people=True,
        categories=ALL,
    ),
    "menages_par_classe_dpe": Target(
        "Ménages selon la classe du logement (DPE)",
        "percent",
        measures.energy_class,
        categories=("a_b", "c", "d", "e", "f", "g"),
        needed=("a_b", "c", "d", "e", "f", "g"),
    ),
    "precarite_energetique_tee3d": Target(
        "Ménages en précarité énergétique (TEE_3D)", "percent", measures.energy_poverty, categories=ALL
    ),
    "jeunes_en_prise_en_charge_ase": Target(
        "Jeunes majeurs pris en charge par l'ASE", "percent", measures.in_care, of_people=True
    ),
    "taux_pauvrete": Target(
        "Taux de pauvreté", "percent", measures.poor, of_people=True, calibrated=never, categories=ALL
    ),
    "taux_pauvrete_18_24": Target(
        "Taux de pauvreté des 18–24 ans",
        "percent",
        measures.poor_young,
        of_people=True,
        calibrated=never,
        categories=ALL,
    ),
    "taille_moyenne_menages": Target(
        "Taille moyenne des ménages",
        "persons",
        measures.mean_size,
        calibrated=lambda book: book.mean_size is not None,
        categories=ALL,
    ),
    "ni_emploi_ni_etudes_25_29": Target(
        "25–29 ans ni en emploi, ni en études, ni en formation",
        "percent",
        measures.not_working_25_29,
        of_people=True,
        calibrated=never,
        categories=ALL,
    ),
    "emploi_18_24": Target(
        "18–24 ans surtout en emploi",
        "percent",
        measures.employed,
        of_people=True,
        calibrated=never,
        categories=ALL,
    ),
    "femmes_en_couple_par_age": Target(
        "Femmes en couple, par âge",
        "percent",
        measures.women_in_couple,
        of_people=True,
        calibrated=never,
    ),
    "etudiants_chez_leurs_parents": Target(
        "Étudiants chez leurs parents",
        "percent",
        measures.students_with_parents,
        of_people=True,
        calibrated=never,
        categories=ALL,
    ),
    "ressources_18_24": Target(
        "Ressources annuelles moyennes des 18–24 ans",
        "EUR/year",
        measures.resources,
        of_people=True,
        calibrated=never,
        categories=tuple(
            f"{status}_{place}"
            for status in ("etudiant", "emploi", "inoccupe")
            for place in ("chez_parents", "ailleurs")
        ),
        scaled=lambda draft: wage_growth(draft.year),
    ),
    "menages_cheque_energie": Target(
        "Ménages qui ont droit au chèque énergie (calculé par les règles)",
        "percent",
        measures.cheque,
        calibrated=never,
        categories=ALL,
    ),
    "menages_par_statut_occupation": Target(
        "Ménages selon le statut d'occupation",
        "percent",
        measures.tenure,
        calibrated=never,
        categories=tuple(measures.TENURES),
    ),
}
#: What the law computes, and checks read.
OUTPUTS = ("cheque_energie",)
#: Categories in French.
CATEGORIES = {
    "q10": "premier décile",
    "q50": "médiane",
    "q90": "neuvième décile",
    "1": "1 personne",
    "2": "2 personnes",
    "3-4": "3 ou 4 personnes",
    "5+": "5 personnes et plus",
    "couple_sans_enfant": "couple sans enfant",
    "couple_avec_enfants": "couple avec enfants",
    "monoparental": "famille monoparentale",
    "sans_famille": "sans lien de famille",
    "a_b": "A et B",
    **{name: name.upper() for name in "cdefg"},
    "proprietaire": "propriétaire",
    "accedant": "accédant",
    "hlm": "HLM",
    "prive": "location privée",
    "gratuit": "logé gratuitement",
    "etudiant_chez_parents": "en études, chez leurs parents",
    "etudiant_ailleurs": "en études, ailleurs",
    "emploi_chez_parents": "en emploi, chez leurs parents",
    "emploi_ailleurs": "en emploi, ailleurs",
    "inoccupe_chez_parents": "sans emploi, chez leurs parents",
    "inoccupe_ailleurs": "sans emploi, ailleurs",
}
#: Margins whose categories exclude one another within one domain.
PARTITIONS = frozenset(
    {
        "menages_par_taille",
        "menages_de_plusieurs_par_type",
        "personnes_par_age",
        "adultes_par_age",
        "menages_par_classe_dpe",
        "menages_par_statut_occupation",
    }
)
