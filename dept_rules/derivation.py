"""Makes the familles and foyers fiscaux that were not given, from the households and what was answered.

Who lives with whom is never guessed, nor who is married or attached to whose tax
household: persons for whom the answers leave several possibilities are reported, and
their groups must be given.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from openfisca_core.entities import GroupEntity
from openfisca_core.periods import Period

from dept_rules.entities import Famille, Menage
from dept_rules.enums import Appreciation, StatutMarital
from dept_rules.execution import Execution
from dept_rules.people import Array, Group

#: Least difference of age that lets somebody be the parent of another, in months.
GENERATION = 15 * 12

#: Ranks of the roles of a derived group: both entities have two heads, then their dependants.
HEAD, PARTNER, DEPENDANT = 0, 1, 2

Mask = npt.NDArray[np.bool_]


class Ages(NamedTuple):
    """How old people are, and the ages at which the law no longer counts them as children.

    Attributes:
        months: for each person, whole months on the first day of the month (read where `needs_birth`).
        majority: months of age from which one is an adult.
        end_of_charge: months of age from which a single child is no longer dependent (CASF, art. R262-3).
    """

    months: Array
    majority: int
    end_of_charge: int

    @property
    def minor(self) -> Mask:
        """Return, for each person, whether they are under age."""
        return np.asarray(self.months < self.majority)


class Derivation(NamedTuple):
    """Groups that were made by rule.

    Attributes:
        member_of: for each person, the rank of the group; groups are in the order of their heads.
        roles: for each person, the rank of the role in ``entity.flattened_roles``.
        unclear: ranks of the persons for whom several groups are possible.
    """

    member_of: Array
    roles: Array
    unclear: Array


def derive(entity: GroupEntity, run: Execution, month: Period) -> Derivation:
    """Make the groups of `entity` (Famille or FoyerFiscal) as of the first day of `month`.

    Args:
        entity: the kind of groups to make.
        run: of the law, that says how old people are, over people, their households (``menage``) and
            their answers. Nobody to whom `needs_birth` applies may lack a date of birth.
        month: the month asked.
    """
    menage = run.population.groups["menage"]
    figures = run.system.get_parameters_at_instant(month)
    majority, end_of_charge = figures.majorite * 12, figures.jeune_a_charge * 12
    months = np.where(needs_birth(menage), run.value("age_en_mois", month), majority)
    ages = Ages(months, majority, end_of_charge)
    status = run.value("statut_marital", month)
    united = (status == StatutMarital.marie) | (status == StatutMarital.pacse)
    if entity is Famille:
        return derive_familles(menage, ages, united | (status == StatutMarital.union_libre))
    attached = run.value("rattachement_fiscal", month) == Appreciation.oui
    return derive_foyers(menage, ages, united, attached)


def needs_birth(menage: Group) -> Mask:
    """Return, for each person, whether their age decides which groups they belong to."""
    return menage.has_role(Menage.ENFANT) | menage.has_role(Menage.AUTRE)


def derive_familles(menage: Group, ages: Ages, in_couple: Mask | None = None) -> Derivation:
    """Make the familles: the unit of RSA and CAF.

    The reference person and the spouse are its parents; their children under 18, and their
    single ones of 18 to 24, its enfants. Every other adult is alone in a famille.

    Args:
        menage: the households.
        ages: how old people are.
        in_couple: for each person, whether they said they live in a couple; by default nobody did.
    """
    single = np.ones(len(ages.months), dtype=bool) if in_couple is None else ~in_couple
    charged = ages.minor | ((ages.months < ages.end_of_charge) & single)
    member_of, roles = _groups(
        menage, menage.has_role(Menage.CONJOINT), menage.has_role(Menage.ENFANT) & charged
    )
    possible_couples = _several(menage, ~single & ~_partners(menage))
    return Derivation(member_of, roles, np.flatnonzero(_strangers(menage, ages) | possible_couples))


def derive_foyers(menage: Group, ages: Ages, married: Mask, attached: Mask) -> Derivation:
    """Make the foyers fiscaux: who declares income together.

    The reference person and the spouse declare together where both are married or under a
    PACS. Their minor children depend on the foyer of the reference person, and so do those
    who answered that they are attached to it. Every other adult declares alone. Where the
    head of a foyer answered that they are attached, its declarants live elsewhere: all its
    members are dependants.

    Args:
        menage: the households.
        ages: how old people are.
        married: for each person, whether they said they are married or under a PACS.
        attached: for each person, whether they said they are attached to the foyer of their parents.
    """
    partners = _partners(menage)
    joint = partners & ~_any(menage, partners & ~married)
    children = menage.has_role(Menage.ENFANT) & (ages.minor | attached)
    member_of, roles = _groups(menage, joint & menage.has_role(Menage.CONJOINT), children)
    elsewhere = np.bincount(member_of, weights=attached & (roles == HEAD)) > 0
    roles[elsewhere[member_of]] = DEPENDANT
    possible_couples = _several(menage, married & ~joint)
    unclear = _strangers(menage, ages) | possible_couples | (attached & _has_elder(menage, ages))
    return Derivation(member_of, roles, np.flatnonzero(unclear))


def _groups(menage: Group, with_reference: Mask, dependants: Mask) -> tuple[Array, Array]:
    """Return the group and role of each person: partners and dependants join the reference person."""
    rows = np.arange(len(menage.member_of))
    references = menage.has_role(Menage.PERSONNE_DE_REFERENCE)
    reference = np.zeros(menage.count, dtype=np.intp)
    reference[menage.member_of[references]] = rows[references]
    head = np.where(with_reference | dependants, reference[menage.member_of], rows)
    rank = np.cumsum(head == rows) - 1
    roles = np.select([with_reference, dependants], [PARTNER, DEPENDANT], HEAD).astype(np.int8)
    return rank[head], roles


def _partners(menage: Group) -> Mask:
    """Return, for each person, whether they are of the couple of the reference person."""
    spouses = menage.has_role(Menage.CONJOINT)
    return spouses | (menage.has_role(Menage.PERSONNE_DE_REFERENCE) & _any(menage, spouses))


def _strangers(menage: Group, ages: Ages) -> Mask:
    """Return, for each person, whether they are a minor who is not a child of the reference person."""
    return menage.has_role(Menage.AUTRE) & ages.minor


def _has_elder(menage: Group, ages: Ages) -> Mask:
    """Return, for each person among `autres`, whether another of them is old enough to be their parent."""
    others = menage.has_role(Menage.AUTRE)
    oldest = np.full(menage.count, -1)
    np.maximum.at(oldest, menage.member_of[others], ages.months[others])
    return others & (oldest[menage.member_of] - ages.months >= GENERATION)


def _any(menage: Group, condition: Mask) -> Mask:
    """Return, for each person, whether the condition holds for somebody of the household."""
    return _count(menage, condition) > 0


def _several(menage: Group, condition: Mask) -> Mask:
    """Return, for each person, whether the condition holds, and for somebody else of the household too."""
    return condition & (_count(menage, condition) > 1)


def _count(menage: Group, condition: Mask) -> Array:
    """Return, for each person, for how many people of the household the condition holds."""
    held = np.bincount(menage.member_of, weights=condition, minlength=menage.count)
    return np.asarray(held[menage.member_of])
