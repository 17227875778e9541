"""The familles and foyers fiscaux that are made where they were not given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dept_rules.derivation import Ages, derive_familles, derive_foyers
from dept_rules.entities import Famille, FoyerFiscal, Menage
from dept_rules.people import Group

REFERENCE, SPOUSE, CHILD, OTHER = (role.key for role in Menage.flattened_roles)


@dataclass(frozen=True)
class Person:
    """What the derivation reads of somebody. `age` in months; `couple`: "married", "free" or ""."""

    role: str
    age: int = 30 * 12
    couple: str = ""
    attached: bool = False


def of(months):
    """Return ages, with those of the law."""
    return Ages(months, majority=18 * 12, end_of_charge=25 * 12)


def years(count: int) -> int:
    return count * 12


def arrays(menages: list[list[Person]]):
    people = [person for menage in menages for person in menage]
    roles = [[role.key for role in Menage.flattened_roles].index(person.role) for person in people]
    member_of = [rank for rank, menage in enumerate(menages) for _ in menage]
    group = Group(Menage, [str(rank) for rank in range(len(menages))], np.array(member_of), np.array(roles))
    return (
        group,
        np.array([person.age for person in people]),
        np.array([person.couple != "" for person in people]),
        np.array([person.couple == "married" for person in people]),
        np.array([person.attached for person in people]),
    )


def familles(*menages: list[Person]):
    menage, ages, in_couple, _, _ = arrays(list(menages))
    return told(derive_familles(menage, of(ages), in_couple), Famille)


def foyers(*menages: list[Person]):
    menage, ages, _, married, attached = arrays(list(menages))
    return told(derive_foyers(menage, of(ages), married, attached), FoyerFiscal)


def told(found, entity):
    """The groups as sets of (rank of the person, role), in their order, and the unclear persons."""
    keys = [role.key for role in entity.flattened_roles]
    groups = [set() for _ in range(found.member_of.max() + 1)]
    for person, (group, role) in enumerate(zip(found.member_of, found.roles, strict=True)):
        groups[group].add((person, keys[role]))
    return groups, list(found.unclear)


# --- familles ----------------------------------------------------------------------------------


def test_a_couple_and_their_children_are_one_famille():
    groups, unclear = familles(
        [Person(REFERENCE), Person(SPOUSE), Person(CHILD, years(3)), Person(CHILD, years(20))]
    )
    assert groups == [{(0, "demandeur"), (1, "conjoint"), (2, "enfant"), (3, "enfant")}]
    assert unclear == []


@pytest.mark.parametrize(
    ("age", "couple", "with_parents"),
    [
        (years(18) - 1, "", True),
        (years(18) - 1, "free", True),
        (years(18), "", True),
        (years(18), "free", False),
        (years(25) - 1, "", True),
        (years(25) - 1, "married", False),
        (years(25), "", False),
    ],
)
def test_a_child_of_the_house_by_age_and_couple(age, couple, with_parents):
    groups, unclear = familles([Person(REFERENCE), Person(CHILD, age, couple)])
    assert len(groups) == (1 if with_parents else 2)
    assert unclear == []


def test_other_adults_are_alone_and_other_minors_are_unclear():
    groups, unclear = familles(
        [Person(OTHER, years(18)), Person(REFERENCE), Person(OTHER, years(18) - 1)], [Person(REFERENCE)]
    )
    assert len(groups) == 4
    assert unclear == [2]


def test_a_possible_couple_outside_that_of_the_reference_person_is_unclear():
    assert familles([Person(REFERENCE), Person(CHILD, years(26), "free"), Person(OTHER, couple="free")])[
        1
    ] == [
        1,
        2,
    ]
    assert familles([Person(REFERENCE, couple="free"), Person(OTHER, couple="free")])[1] == [0, 1]
    assert familles([Person(REFERENCE, couple="free"), Person(SPOUSE), Person(OTHER, couple="free")])[1] == []


def test_nobody_said_they_live_in_a_couple():
    menage, ages, _, _, _ = arrays([[Person(REFERENCE), Person(CHILD, years(20), "married")]])
    assert told(derive_familles(menage, of(ages)), Famille) == ([{(0, "demandeur"), (1, "enfant")}], [])


# --- foyers fiscaux ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "spouse", "joint"),
    [
        ("married", "married", True),
        ("married", "", False),
        ("", "married", False),
        ("free", "free", False),
    ],
)
def test_a_couple_declares_together_when_both_are_married(reference, spouse, joint):
    groups, unclear = foyers([Person(SPOUSE, couple=spouse), Person(REFERENCE, couple=reference)])
    together = [{(0, "conjoint"), (1, "declarant_principal")}]
    apart = [{(0, "declarant_principal")}, {(1, "declarant_principal")}]
    assert groups == (together if joint else apart)
    assert unclear == []


@pytest.mark.parametrize(
    ("age", "attached", "with_parents"),
    [
        (years(18) - 1, False, True),
        (years(18), False, False),
        (years(18), True, True),
        (years(24), True, True),
    ],
)
def test_children_depend_on_the_reference_person(age, attached, with_parents):
    groups, _ = foyers([Person(REFERENCE), Person(SPOUSE), Person(CHILD, age, attached=attached)])
    assert groups[0] == {(0, "declarant_principal")} | ({(2, "personne_a_charge")} if with_parents else set())
    assert len(groups) == (2 if with_parents else 3)


def test_somebody_attached_to_parents_who_live_elsewhere_declares_nothing():
    groups, unclear = foyers(
        [Person(REFERENCE, years(20), attached=True), Person(OTHER, years(20), attached=True)],
        [Person(REFERENCE, years(20), attached=True), Person(CHILD, years(1))],
    )
    assert groups == [
        {(0, "personne_a_charge")},
        {(1, "personne_a_charge")},
        {(2, "personne_a_charge"), (3, "personne_a_charge")},
    ]
    assert unclear == []


def test_several_possible_tax_households_are_unclear():
    minor = [Person(REFERENCE), Person(OTHER, years(10))]
    couple = [Person(REFERENCE), Person(CHILD, years(30), "married"), Person(OTHER, years(30), "married")]
    assert [foyers(menage)[1] for menage in (minor, couple)] == [[1], [1, 2]]


@pytest.mark.parametrize(("elder", "unclear"), [(years(35), [2]), (years(35) - 1, [])])
def test_somebody_attached_may_be_the_child_of_an_older_one(elder, unclear):
    flat = [Person(REFERENCE), Person(OTHER, elder), Person(OTHER, years(20), attached=True)]
    assert foyers(flat)[1] == unclear


# --- any population ----------------------------------------------------------------------------


@st.composite
def households(draw) -> list[Person]:
    ages = st.integers(0, years(80)) | st.sampled_from([years(18), years(18) - 1, years(25), years(25) - 1])

    def person(role: str) -> Person:
        return Person(role, draw(ages), draw(st.sampled_from(["", "free", "married"])), draw(st.booleans()))

    spouse = [person(SPOUSE)] if draw(st.booleans()) else []
    children = [person(CHILD) for _ in range(draw(st.integers(0, 3)))]
    others = [person(OTHER) for _ in range(draw(st.integers(0, 3)))]
    return draw(st.permutations([person(REFERENCE), *spouse, *children, *others]))


def naive_familles(menage: list[Person]):
    """The same rule for one household, person by person."""
    roles = [person.role for person in menage]
    first = roles.index(REFERENCE)
    groups = {}
    for rank, person in enumerate(menage):
        grown = person.age >= 25 * 12 or (person.age >= 18 * 12 and person.couple)
        if person.role == SPOUSE:
            groups.setdefault(first, set()).add((rank, "conjoint"))
        elif person.role == CHILD and not grown:
            groups.setdefault(first, set()).add((rank, "enfant"))
        else:
            groups.setdefault(rank, set()).add((rank, "demandeur"))
    coupled = [
        rank
        for rank, person in enumerate(menage)
        if person.couple and person.role != SPOUSE and not (person.role == REFERENCE and SPOUSE in roles)
    ]
    minors = [rank for rank, person in enumerate(menage) if person.role == OTHER and person.age < 18 * 12]
    unclear = set(minors) | (set(coupled) if len(coupled) > 1 else set())
    return [groups[head] for head in sorted(groups)], sorted(unclear)


def naive_foyers(menage: list[Person]):
    roles = [person.role for person in menage]
    first = roles.index(REFERENCE)
    couple = [person for person in menage if person.role in (REFERENCE, SPOUSE)]
    joint = len(couple) == 2 and all(person.couple == "married" for person in couple)
    groups = {}
    for rank, person in enumerate(menage):
        if person.role == SPOUSE and joint:
            groups.setdefault(first, set()).add((rank, "conjoint"))
        elif person.role == CHILD and (person.age < 18 * 12 or person.attached):
            groups.setdefault(first, set()).add((rank, "personne_a_charge"))
        else:
            groups.setdefault(rank, set()).add((rank, "declarant_principal"))
    for head, members in groups.items():
        if menage[head].attached:
            groups[head] = {(rank, "personne_a_charge") for rank, _ in members}
    married = [
        rank
        for rank, person in enumerate(menage)
        if person.couple == "married" and not (joint and person in couple)
    ]
    unclear = set(married) if len(married) > 1 else set()
    others = [person.age for person in menage if person.role == OTHER]
    for rank, person in enumerate(menage):
        orphan = person.role == OTHER and person.age < 18 * 12
        parented = person.role == OTHER and person.attached and max(others) >= person.age + 15 * 12
        unclear |= {rank} if orphan or parented else set()
    return [groups[head] for head in sorted(groups)], sorted(unclear)


def one_after_the_other(model, menages):
    """The model applied household by household, with the ranks of persons in the whole."""
    groups, unclear, start = [], [], 0
    for menage in menages:
        found, doubtful = model(menage)
        groups += [{(start + rank, role) for rank, role in group} for group in found]
        unclear += [start + rank for rank in doubtful]
        start += len(menage)
    return groups, unclear


@settings(deadline=None)
@given(st.lists(households(), min_size=1, max_size=5))
def test_the_whole_is_each_household_alone(menages):
    assert familles(*menages) == one_after_the_other(naive_familles, menages)
    assert foyers(*menages) == one_after_the_other(naive_foyers, menages)


@settings(deadline=None)
@given(st.lists(households(), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_people_changes_no_group(menages, random):
    menage, ages, in_couple, married, attached = arrays(menages)
    order = np.array(random.sample(range(len(ages)), len(ages)))
    mixed = Group(Menage, menage.ids, menage.member_of[order], menage.roles[order])
    for straight, shuffled in (
        (
            derive_familles(menage, of(ages), in_couple),
            derive_familles(mixed, of(ages[order]), in_couple[order]),
        ),
        (
            derive_foyers(menage, of(ages), married, attached),
            derive_foyers(mixed, of(ages[order]), married[order], attached[order]),
        ),
    ):
        assert (straight.roles[order] == shuffled.roles).all()
        assert sorted(straight.unclear) == sorted(order[shuffled.unclear])
        same = straight.member_of[order][:, None] == straight.member_of[order][None, :]
        assert (same == (shuffled.member_of[:, None] == shuffled.member_of[None, :])).all()
