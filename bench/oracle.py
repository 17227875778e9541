"""Two benefits by hand, in NumPy: an independent oracle, and the speed to beat.

Written from the texts (the notices of `variables/`), not from the formulas; figures are those of
`parameters/`. Only the platform as it stands: a figure that the hand-written rules leave out
raises. A test holds the engine to it, to the cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from openfisca_core.periods import Period, period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules.entities import FoyerFiscal, Menage
from dept_rules.enums import Appreciation, Hebergement, StatutOccupationLogement
from dept_rules.people import Population

Array = npt.NDArray[Any]

WAGES = (
    "salaire_net",
    "remuneration_apprenti",
    "indemnites_stage",
    "revenus_stage_formation_pro",
    "revenus_non_salaries",
)
OTHER_INCOMES = (
    "chomage_net",
    "indemnites_journalieres",
    "retraite_nette",
    "pensions_invalidite",
    "pensions_alimentaires_percues",
    "revenus_patrimoine",
    "autres_revenus_percus",
)
BENEFITS_COUNTED = {
    "bourse_enseignement_sup": "bourse",
    "aah": "aah",
    "contrat_engagement_jeune": "contrat_engagement_jeune",
    "allocation_contrat_jeune_majeur_recue": "allocation_contrat_jeune_majeur",
}
OF_FAMILIES = {"rsa": "rsa", "ppa": "prime_activite"}
ELSEWHERE = ("foyer", "ase", "etablissement", "detention", "sans_domicile")
#: Since that year, the tax household of who holds the electricity contract counts, not the occupants.
CONTRACT = 2025


def revenu_de_base(people: Population, months: Iterable[Period], law: TaxBenefitSystem) -> list[Array]:
    """Return the revenu de base of each person, month by month.

    Engagement 1: from 18 to 24 years of age on the first of the month, for who resides regularly,
    an amount from which 30 % of earnings and the whole of other incomes are deducted.
    """
    born = people.answers["date_naissance"].plain.astype("datetime64[D]")
    month_of_birth = born.astype("datetime64[M]")
    late = (born > month_of_birth.astype("datetime64[D]")).view(np.int8)
    # The first month on whose first day one has lived so many whole months.
    birth = month_of_birth.astype(np.int64) + late
    family, parent = people.groups["famille"].member_of, people.groups["famille"].roles < 2
    parents = np.maximum(np.bincount(family[parent], minlength=people.groups["famille"].count), 1)

    kept: dict[Any, Any] = {}
    amounts = []
    for month in months:
        figures = law.get_parameters_at_instant(month.start)
        rules = figures.revenu_de_base
        _only_the_platform(rules)
        now = (month.start.year - 1970) * 12 + month.start.month - 1
        eligible = (birth + 12 * int(rules.age.minimum) <= now) & (birth + 12 * rules.age.maximum_exclu > now)
        residence = _told(people, "regularite_sejour", month)
        if residence is not None:
            eligible &= residence != Appreciation.non.index
        amount = np.full(people.count, rules.montant.part_rsa * figures.rsa.montant_forfaitaire)
        for name in WAGES:
            if (wage := _told(people, name, month)) is not None:
                amount -= rules.degressivite.revenus_activite * wage
        shares: Mapping[str, float] = dict.fromkeys(OTHER_INCOMES, 1.0) | {
            name: getattr(rules.prise_en_compte, figure) for name, figure in BENEFITS_COUNTED.items()
        }
        others = [
            (share, told)
            for name, share in shares.items()
            if (told := _told(people, name, month)) is not None
        ]
        amount -= rules.degressivite.autres_revenus * _sum(others, kept, people.count)
        for name, figure in OF_FAMILIES.items():
            if (paid := _told(people, name, month)) is not None:
                share = getattr(rules.prise_en_compte, figure) * (paid / parents)
                amount -= rules.degressivite.autres_revenus * parent * share[family]
        amount[(amount < rules.montant.minimum_verse) | ~eligible | (not rules.applique)] = 0.0
        amounts.append(np.maximum(amount, 0.0, out=amount))
    return amounts


def cheque_energie(people: Population, year: int, law: TaxBenefitSystem) -> Array:
    """Return the chèque énergie of each household for a year.

    Code de l'énergie, L124-1 and R124-1: one cheque for a main residence of one's own, by the tax
    income of the year before last and the consumption units; four brackets, three columns.
    """
    january, past = period(f"{year}-01"), period(str(year - 2))
    figures = law.get_parameters_at_instant(january.start).cheque_energie
    menage, foyer = people.groups["menage"], people.groups["foyer_fiscal"]
    declarant = foyer.has_role(FoyerFiscal.DECLARANT)
    born = _lived(people, january)
    shared = _or_zero(people, "garde_alternee", january, "individu") * _minor(people, january, law)
    incomes = _or_zero(people, "rfr", past, "foyer_fiscal")
    entitled = _home_of_their_own(people, january) & (menage.sum(declarant) > 0)
    if year >= CONTRACT:
        holder = np.flatnonzero(_or_zero(people, "titulaire_contrat_electricite", january, "individu"))
        of, where = foyer.member_of[holder], menage.member_of[holder]
        listed = foyer.sum(born) + _or_zero(people, "personnes_foyer_fiscal_ailleurs", past, "foyer_fiscal")
        income = _greatest(incomes[of], where, menage.count)
        persons = _greatest(listed[of], where, menage.count)
        alternating = _greatest(foyer.sum(shared)[of], where, menage.count)
        entitled &= np.bincount(where, minlength=menage.count) > 0
    else:
        each = incomes / np.maximum(foyer.sum(declarant), 1)
        income = menage.sum(np.where(declarant, each[foyer.member_of], 0.0))
        persons, alternating = menage.sum(born), menage.sum(shared)

    scale = figures.unites_consommation
    full = _units(persons - alternating, scale.echelle)
    units = _cents(full + scale.residence_alternee * (_units(persons, scale.echelle) - full))
    limits = (figures.seuils.tranche_2, figures.seuils.tranche_3, figures.seuils.tranche_4)
    bracket = sum((income >= _cents(limit * units)).view(np.int8) for limit in limits)
    column = (units > figures.colonnes.premiere_maximum).astype(np.int8)
    column += units >= figures.colonnes.troisieme_minimum
    amounts = figures.montant
    grid = np.array(
        [
            [getattr(one, f"tranche_{rank}") for rank in range(1, 5)]
            for one in (amounts.une_unite, amounts.entre_une_et_deux_unites, amounts.deux_unites_ou_plus)
        ],
        dtype=float,
    )
    entitled &= income < _cents(figures.seuils.plafond * units)
    return np.where(entitled & bool(figures.applique), grid[column, bracket], 0.0)


def _told(people: Population, name: str, at: Period) -> Array | None:
    """Return the values of an input at a period; None if nobody answered it."""
    known = people.answers.get(name)
    return None if known is None else np.asarray(known.at(at)[0])


def _or_zero(people: Population, name: str, at: Period, entity: str) -> Array:
    told = _told(people, name, at)
    return np.zeros(people.size(entity)) if told is None else told


def _sum(parts: list[tuple[float, Array]], kept: dict[Any, Any], count: int) -> Array:
    """Return a sum of parts of arrays; the same arrays as another month are not summed again."""
    key = tuple((share, id(values)) for share, values in parts)
    if key not in kept:
        kept.clear()
        total = np.zeros(count)
        for share, values in parts:
            total += values if share == 1 else share * values
        kept[key] = total, parts  # the arrays too, that no other takes their place in memory
    return kept[key][0]


def _only_the_platform(rules: Any) -> None:
    """Raise where a figure calls for a rule that is not written here."""
    excluded = any(rules.statuts_exclus._children.values())
    replaced = rules.prestations_remplacees.rsa or rules.prestations_remplacees.prime_activite
    reference = (rules.ressources.nombre, rules.ressources.decalage, rules.bourse_mois) != (1, 0, 1)
    others = rules.montant.socle_propre or rules.degressivite.abattement_revenus_activite
    switches = rules.forfait_logement_deduit or rules.garantie_de_non_perte or rules.unite != "individu"
    if excluded or replaced or reference or others or switches:
        raise NotImplementedError("the oracle is that of the platform as it stands")


def _lived(people: Population, month: Period) -> Array:
    """Return whether each person was born on the first day of a month."""
    return people.answers["date_naissance"].plain <= np.datetime64(str(month.start), "D")


def _minor(people: Population, month: Period, law: TaxBenefitSystem) -> Array:
    """Return whether each person has not lived the years of majority on the first day of a month."""
    majority = int(law.get_parameters_at_instant(month.start).majorite)
    day = people.answers["date_naissance"].plain.astype("datetime64[D]")
    birth = day.astype("datetime64[M]")
    late = day > birth.astype("datetime64[D]")
    now = (month.start.year - 1970) * 12 + month.start.month - 1
    return birth.astype(np.int64) + late + 12 * majority > now


def _home_of_their_own(people: Population, january: Period) -> Array:
    menage = people.groups["menage"]
    main = _or_zero(people, "residence_principale", january, "menage").astype(bool)
    tenure = _told(people, "statut_occupation_logement", january)
    if tenure is not None:
        for name in ("locataire_foyer", "sans_domicile"):
            main = main & (tenure != getattr(StatutOccupationLogement, name).index)
    lodging = _told(people, "hebergement", january)
    if lodging is not None:
        reference = np.flatnonzero(menage.has_role(Menage.PERSONNE_DE_REFERENCE))
        where = np.empty(menage.count, dtype=lodging.dtype)
        where[menage.member_of[reference]] = lodging[reference]
        main = main & ~np.isin(where, [getattr(Hebergement, name).index for name in ELSEWHERE])
    return main


def _greatest(values: Array, where: Array, count: int) -> Array:
    """Return the greatest value of those who stand in each household, 0 where there is nobody."""
    found = np.zeros(count)
    np.maximum.at(found, where, values)
    return found


def _units(persons: Array, scale: Any) -> Array:
    beyond = np.maximum(persons - 2, 0) * scale.par_personne_supplementaire
    return np.where(persons >= 2, scale.personnes_2 + beyond, scale.personnes_1)


def _cents(amount: Array) -> Array:
    """Round half up to the cent, as the decree does."""
    return np.floor(amount * 100 + 0.500001) / 100
