"""Who lives in the dwelling: what the law must know of a household before anything is asked.

Nobody is named: the person who answers is "vous", the others what they are to that person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from openfisca_core.periods import Period
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import situations
from dept_rules.entities import GROUPS, Menage
from dept_rules.texts import sentence_list

#: Identifier of the person who answers, and of the household.
SELF, HOME = "vous", "logement"
#: What a service of one département knows of who answers.
RESIDENCE = Menage.plural, HOME, "departement"
#: What one of a couple answers for both.
COUPLE = "statut_marital"
#: How many of each may live there.
MOST = {"parents": 2, "conjoint": 1, "enfants": 8, "fratrie": 8, "autres": 8}
NAMES = {
    "parents": "parent",
    "conjoint": "votre conjoint ou conjointe",
    "enfants": "enfant",
    "fratrie": "frère ou sœur",
    "autres": "autre personne",
}
GROUP_NAMES = {
    "famille": "Votre famille au sens de la CAF",
    "foyer_fiscal": "Qui déclare ses revenus ensemble",
    "menage": "Votre ménage",
}
_KEYS = {group.plural: group.key for group in GROUPS}

Path = tuple[str, str, str]


@dataclass(frozen=True)
class Household:
    """How many live with the person who answers.

    Attributes:
        parents: of the person: 0, 1 or 2.
        conjoint: 0 or 1.
        enfants: of the person or the spouse.
        fratrie: brothers and sisters.
        autres: anybody else.
    """

    parents: int = 0
    conjoint: int = 0
    enfants: int = 0
    fratrie: int = 0
    autres: int = 0

    def __post_init__(self) -> None:
        for name, count in asdict(self).items():
            if not 0 <= count <= MOST[name]:
                raise ValueError(name)

    @property
    def people(self) -> dict[str, str]:
        """Return what each person is called in French, by identifier; the one who answers comes first."""
        found = {SELF: SELF}
        for one in fields(self):
            count = getattr(self, one.name)
            for rank in range(1, count + 1):
                alone = MOST[one.name] == 1
                found[one.name if alone else f"{one.name}_{rank}"] = (
                    NAMES[one.name] if alone else f"{NAMES[one.name]} {rank}"
                )
        return found

    def roles(self) -> dict[str, Any]:
        """Return the roles of the household as a situation tells them.

        Who lives at the parents' without a family there is a child of their household; who has
        a spouse or children heads one, in which the parents live too.
        """
        of = {name: [one for one in self.people if one.split("_")[0] == name] for name in MOST}
        if self.parents and not (self.conjoint or self.enfants):
            reference, *others = of["parents"]
            children = [SELF, *of["fratrie"]]
            return _roles(reference, others, children, of["autres"])
        return _roles(SELF, of["conjoint"], of["enfants"], [*of["parents"], *of["fratrie"], *of["autres"]])


def _roles(reference: str, spouse: list[str], children: list[str], others: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"personne_de_reference": reference}
    found |= {"conjoint": spouse[0]} if spouse else {}
    found |= {"enfants": children} if children else {}
    return found | ({"autres": others} if others else {})


def unanswered(household: Household) -> dict[str, Any]:
    """Return a situation that says who lives in the dwelling, and nothing else."""
    return {
        "individus": {one: {} for one in household.people},
        Menage.plural: {HOME: household.roles()},
    }


def situation(
    household: Household, answers: Mapping[Path, Any], system: TaxBenefitSystem, month: Period
) -> dict[str, Any]:
    """Return a situation: the household, its families and tax households as they are derived, the answers.

    A family is called after its first member, so that its answers stay its own when an answer
    (a marriage) moves somebody to another; those of a family that is no more are left out.

    Raises:
        SituationError: an answer has a fault, or a date of birth is missing that decides who belongs to whom.
    """
    answers = {**_of_spouse(household, answers), **answers}
    own = {path: value for path, value in answers.items() if path[0] in ("individus", Menage.plural)}
    data = unanswered(household)
    _put(data, own)
    for made in situations.read(data, system, month).derived:
        first = next(iter(next(iter(made.members.values()))))
        members = {role: list(people) for role, people in made.members.items()}
        data.setdefault(made.entity.plural, {})[f"{made.entity.key}_{first}"] = members
    _put(data, {path: value for path, value in answers.items() if path not in own})
    return data


def _of_spouse(household: Household, answers: Mapping[Path, Any]) -> dict[Path, Any]:
    """Return what the answer of one of a couple about the couple says of the other."""
    roles = household.roles()
    told = answers.get(("individus", roles["personne_de_reference"], COUPLE))
    return {("individus", roles["conjoint"], COUPLE): told} if told and "conjoint" in roles else {}


def _put(data: dict[str, Any], answers: Mapping[Path, Any]) -> None:
    for (plural, identifier, variable), value in answers.items():
        if identifier in data.get(plural, {}):
            data[plural][identifier][variable] = value


def is_of(household: Household, path: Path) -> bool:
    """Return whether an answer may be of somebody of a household, or of a group that they may make."""
    plural, identifier, _ = path
    if plural == "individus":
        return identifier in household.people
    if plural == Menage.plural:
        return identifier == HOME
    return identifier in {f"{_KEYS[plural]}_{one}" for one in household.people}


def whose(household: Household, data: Mapping[str, Any], plural: str, identifier: str) -> str:
    """Return whose answer it is, in French: a person, or a group and its members."""
    if plural == "individus":
        return household.people.get(identifier, identifier)
    group = next(one for one in GROUPS if one.plural == plural)
    members = members_of(data, plural, identifier)
    names = sentence_list([household.people[one] for one in household.people if one in members])
    return f"{GROUP_NAMES[group.key]} ({names})" if len(household.people) > 1 else GROUP_NAMES[group.key]


def members_of(data: Mapping[str, Any], plural: str, identifier: str) -> set[str]:
    """Return the people of a group of a situation; of a person, that person."""
    if plural == "individus":
        return {identifier}
    item = data[plural][identifier]
    group = next(one for one in GROUPS if one.plural == plural)
    found: set[str] = set()
    for role in group.roles:
        members: str | Iterable[str] = item.get(role.plural or role.key, ())
        found |= {members} if isinstance(members, str) else set(members)
    return found
