"""Who is who, and of which groups: the identifiers and roles of tables."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from openfisca_core.entities import GroupEntity

from dept_rules.answers import distinct
from dept_rules.entities import FoyerFiscal, Individu, Menage
from dept_rules.people import Array, Group
from dept_rules.tables.faults import Faults
from dept_rules.tables.identifiers import Identifiers

if TYPE_CHECKING:
    import pandas as pd

#: Codes of roles that are not a rank: a name that is no role, and the role that subroles share.
UNKNOWN, SHARED = -1, -2


def identifiers(
    table: pd.DataFrame, of: Any, entity: Any, faults: Faults, *, unique: bool = False
) -> pd.Index[Any] | None:
    """Return the identifiers of `entity` that the table of the entity `of` holds, one a row.

    They are all text or all integers, none missing, each `unique` if asked; None if there is
    a fault.
    """
    import pandas as pd

    column = f"{entity.key}_id"
    path = f"{of.plural}.{column}"
    if column not in table:
        faults.add(path, "the column is missing", "an identifier in each row")
        return None
    cells = table[column]
    missing = cells.isna().to_numpy(bool)
    if missing.any():
        faults.add_where(path, "is missing", missing, "an identifier in each row")
        return None
    if isinstance(cells.dtype, pd.CategoricalDtype):
        cells = cells.astype(cells.cat.categories.dtype)
    if pd.api.types.infer_dtype(cells) not in ("string", "integer"):
        faults.add(path, "identifiers are neither text nor integers", "all text, or all integers")
        return None
    found: pd.Index[Any] = pd.Index(cells)
    if unique and not found.is_unique:
        again = np.asarray(found.duplicated())
        faults.add_where(path, "is the identifier of a row above", again, "each identifier once")
        return None
    return found


def membership(
    entity: GroupEntity,
    people: pd.DataFrame,
    listed: pd.Index[Any] | None,
    faults: Faults,
    *,
    contiguous: bool,
) -> Group | None:
    """Return the groups of a kind that a table of people tells, in the order of their rows.

    Args:
        entity: the kind of groups.
        people: the table, with the columns `<entity>_id` and `<entity>_role`.
        listed: the identifiers that the table of the groups lists, if there is one; the groups
            are then in its order.
        faults: where to note what is wrong.
        contiguous: whether the people of a household must stand in consecutive rows.

    Returns:
        The groups, fit to compute with while there is no fault; None where they are not told.
    """
    import pandas as pd

    told = any(f"{entity.key}_{what}" in people for what in ("id", "role"))
    if not told and listed is None and entity is not Menage:
        return None
    keys = identifiers(people, Individu, entity, faults)
    roles = _roles(entity, people, faults)
    if keys is None:
        return None
    if listed is None:
        member_of, ids = keys.factorize()
        if contiguous and entity is Menage:
            _check_contiguous(member_of, faults)
    elif listed.inferred_type != keys.inferred_type:
        here, there = f"individus.{entity.key}_id", f"{entity.plural}.{entity.key}_id"
        faults.add(here, f"text and integers are mixed with {there}", "the same type in both")
        return None
    else:
        ids, member_of = listed, listed.get_indexer(keys)
        _check_listed(entity, ids, member_of, faults)
    if roles is None or (member_of < 0).any():
        return None
    group = Group(entity, Identifiers(pd.Index(ids)), member_of, _ranked(member_of, roles))
    _check_roles(group, faults)
    return group


def _check_contiguous(member_of: Array, faults: Faults) -> None:
    """Note the rows where a household begins again. Households are numbered as they first appear."""
    starts = np.flatnonzero(np.diff(member_of, prepend=-1))
    again = starts[1:][member_of[starts][1:] <= np.maximum.accumulate(member_of[starts])[:-1]]
    problem = "a household in two pieces begins again"
    faults.add_rows("individus.menage_id", problem, again, "the people of a household in consecutive rows")


def _check_listed(entity: GroupEntity, ids: pd.Index[Any], member_of: Array, faults: Faults) -> None:
    path, listed = f"individus.{entity.key}_id", f"{entity.plural}.{entity.key}_id"
    faults.add_where(path, f"is not in {listed}", member_of < 0, f"an identifier of {listed}")
    populated = np.bincount(member_of[member_of >= 0], minlength=len(ids)) > 0
    faults.add_where(listed, "nobody is a member", ~populated, f"at least one person in each {entity.key}")


def _roles(entity: GroupEntity, people: pd.DataFrame, faults: Faults) -> Array | None:
    """Return the rank of the role of each person, or ``SHARED``; None if there is a fault."""
    column = f"{entity.key}_role"
    path, expected = f"individus.{column}", f"one of {', '.join(_role_names(entity))}"
    if column not in people:
        faults.add(path, "the column is missing", expected)
        return None
    ranks, values = distinct(people[column])
    names = _role_names(entity)
    known = [names.get(value, UNKNOWN) if isinstance(value, str) else UNKNOWN for value in values]
    roles = np.array([*known, UNKNOWN], dtype=np.int8)[ranks]  # a missing cell has rank -1
    faults.add_where(path, "is missing", ranks < 0, expected)
    faults.add_where(path, "is not a role", (ranks >= 0) & (roles == UNKNOWN), expected)
    return None if (roles == UNKNOWN).any() else roles


@functools.cache
def _role_names(entity: GroupEntity) -> Mapping[str, int]:
    """Return the rank among flattened roles of each name of a role; ``SHARED`` if it has subroles."""
    rank = {role.key: place for place, role in enumerate(entity.flattened_roles)}
    names: dict[str, int] = {}
    for role in entity.roles:
        code = SHARED if role.subroles else rank[role.key]
        names |= {name: code for name in (role.key, role.plural) if name}
        names |= {sub.key: rank[sub.key] for sub in role.subroles or ()}
    return names


def _ranked(member_of: Array, roles: Array) -> Array:
    """Give the subroles, of ranks 0 and 1, to those told only the role these share, in the order of rows.

    Third and later holders are given rank 1 too.
    """
    shared = np.flatnonzero(roles == SHARED)
    if not len(shared):
        return roles
    groups = member_of[shared]
    order = np.argsort(groups, kind="stable")
    groups = groups[order]
    nth = np.arange(len(groups)) - np.searchsorted(groups, groups)
    first_taken = np.bincount(member_of, weights=roles == 0) > 0
    ranked = roles.copy()
    ranked[shared[order]] = np.minimum(nth + first_taken[groups], 1)
    return ranked


def _check_roles(group: Group, faults: Faults) -> None:
    """Note the groups with several holders of a role for one, and those without their first role."""
    key = group.entity.key
    path = f"individus.{key}_role"
    for rank, role in enumerate(group.entity.flattened_roles):
        holders = group.roles == rank
        counts = np.bincount(group.member_of, weights=holders, minlength=group.count)
        if role.max == 1:
            several = holders & (counts > 1)[group.member_of]
            faults.add_where(path, f"a {key} has several {role.key}", several, "one at most")
        if rank == 0 and group.entity is not FoyerFiscal:  # whose declarants may live elsewhere
            without = (counts == 0)[group.member_of]
            faults.add_where(path, f"a {key} has no {role.key}", without, f"one in each {key}")
