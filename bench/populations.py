"""Populations for the benches: invented households drawn as whole arrays, the same for the same seed.

A flat table of people, as `dept_rules.tables` reads it: couples and people alone, children at
home at all ages, wages that vary each month, one tax income a foyer fiscal.

    python bench/populations.py people.parquet --people 1500000
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.generic]

YEAR = 2026
#: People of a row group of the files written, and of the draw each is made from.
CHUNK = 250_000
#: People of a household, on average; enough to draw too many households, never too few.
MEAN_SIZE = 2.0

ROLES = ("personne_de_reference", "conjoint", "enfant", "autre")
ACTIVITIES = ("actif", "chomeur", "etudiant", "eleve", "apprenti", "inactif", "retraite")
LODGINGS = ("autonome", "parents", "tiers", "foyer")
STATUSES = ("marie", "pacse", "union_libre", "celibataire")
TENURES = ("proprietaire", "locataire_hlm", "locataire_vide", "locataire_meuble", "locataire_foyer")
DEPARTEMENTS = ("54", "33", "31", "59", "93", "69", "44", "2A", "974")
REFERENCE, SPOUSE, CHILD, OTHER = range(4)
MONTHS = tuple(f"{YEAR}-{month:02}" for month in range(1, 13))


def table(people: int, seed: int = 0, first: int = 0) -> pd.DataFrame:
    """Return households of about `people` people (no household is cut), in consecutive rows.

    Args:
        people: how many; at most one household fewer is returned.
        seed: of the draw.
        first: number of the first household and of the first person, so that chunks follow each other.
    """
    rng = np.random.default_rng([seed, first])
    role, menage = _members(rng, people)
    count, menages = len(role), int(menage[-1]) + 1
    age = _ages(rng, role, menage, menages)
    married = rng.choice(len(STATUSES) - 1, size=menages, p=(0.6, 0.1, 0.3))
    alone = np.bincount(menage, weights=role == SPOUSE) == 0
    status = np.where(alone, STATUSES.index("celibataire"), married)[menage]
    status = np.where(role <= SPOUSE, status, -1)
    activity = _activities(rng, age)
    columns: dict[str, object] = {
        "individu_id": first + np.arange(count, dtype=np.int64),
        "menage_id": first + menage,
        "menage_role": pd.Categorical.from_codes(role, list(ROLES)),
        "poids": np.ones(count),
        "date_naissance": _births(rng, age),
        "statut_activite": pd.Categorical.from_codes(activity, list(ACTIVITIES)),
        "hebergement": pd.Categorical.from_codes(_lodgings(rng, role, menage, menages), list(LODGINGS)),
        "statut_marital": pd.Categorical.from_codes(status, list(STATUSES)),
        "titulaire_contrat_electricite": role == REFERENCE,
        "mois_residence_departement": rng.integers(0, 200, count).astype(np.int32),
    }
    base = _wages(rng, age, activity)
    for month in MONTHS:
        columns[f"salaire_net@{month}"] = np.round(base * rng.uniform(0.8, 1.2, count), 2)
    columns["chomage_net"] = _some(rng, activity == ACTIVITIES.index("chomeur"), 300, 1_400)
    columns["bourse_enseignement_sup"] = _some(rng, activity == ACTIVITIES.index("etudiant"), 0, 600)
    columns["retraite_nette"] = _some(rng, age >= 64 * 12, 600, 2_500)
    columns[f"rfr@{YEAR - 2}"] = _tax_incomes(rng, role, menage, age, status, base)
    of_menages = {
        "residence_principale": rng.random(menages) < 0.97,
        "departement": pd.Categorical.from_codes(
            rng.integers(len(DEPARTEMENTS), size=menages), list(DEPARTEMENTS)
        ),
        "statut_occupation_logement": pd.Categorical.from_codes(
            rng.choice(len(TENURES), size=menages, p=(0.58, 0.17, 0.17, 0.06, 0.02)), list(TENURES)
        ),
        f"revenu_disponible@{YEAR}": np.round(rng.gamma(3, 11_000, menages), 2),
        f"depenses_energie_logement@{YEAR}": np.round(rng.gamma(4, 450, menages), 2),
    }
    columns |= {name: values[menage] for name, values in of_menages.items()}
    return pd.DataFrame(columns)


def write(path: Path, people: int, seed: int = 0, distinct: int = 40) -> int:
    """Write a population as one Parquet file, drawn and held a chunk at a time; return its people.

    After `distinct` chunks the first come again, under new identifiers.
    """
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    drawn, written, writer = [], 0, None
    while written < people:
        rank = written // CHUNK
        if rank < distinct or people - written < CHUNK:
            chunk, first = _chunk(min(CHUNK, people - written), seed, written), written
            drawn.append((first, chunk))
        else:
            first, chunk = drawn[rank % distinct]
        for name in ("individu_id", "menage_id"):
            place = chunk.schema.get_field_index(name)
            chunk = chunk.set_column(place, name, pc.add(chunk[name], written - first))
        writer = writer or pq.ParquetWriter(path, chunk.schema)
        writer.write_table(chunk)
        written += chunk.num_rows
    if writer:
        writer.close()
    return written


def _chunk(people: int, seed: int, first: int) -> Any:
    import pyarrow as pa

    chunk = pa.Table.from_pandas(table(people, seed, first), preserve_index=False)
    born = chunk.schema.get_field_index("date_naissance")
    return chunk.set_column(born, "date_naissance", chunk["date_naissance"].cast(pa.date32()))


def _members(rng: np.random.Generator, people: int) -> tuple[Array, Array]:
    """Return the role and the household of each person, whole households only."""
    menages = int(people / MEAN_SIZE) + 10
    while True:
        couple = rng.random(menages) < 0.5
        children = np.minimum(rng.geometric(0.62, menages) - 1, 5)
        others = rng.random(menages) < 0.03
        sizes = 1 + couple + children + others
        kept = int(np.searchsorted(np.cumsum(sizes), people, side="right"))
        if kept < menages:
            break
        menages *= 2
    kept = max(kept, 1)
    sizes, couple, children = sizes[:kept], couple[:kept], children[:kept]
    menage = np.repeat(np.arange(kept), sizes)
    place = np.arange(len(menage)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    after_spouse = place - couple[menage]
    role = np.select(
        [place == 0, (place == 1) & couple[menage], after_spouse <= children[menage]],
        [REFERENCE, SPOUSE, CHILD],
        OTHER,
    )
    return role.astype(np.int8), menage


def _ages(rng: np.random.Generator, role: Array, menage: Array, menages: int) -> Array:
    """Return ages in months begun: children are a generation younger than the reference person."""
    reference = (rng.triangular(18, 46, 95, menages) * 12).astype(np.int64)
    child = np.minimum(reference[menage] - 16 * 12, (rng.triangular(0, 9, 29, len(role)) * 12).astype(int))
    adult = np.maximum(reference[menage] + rng.integers(-60, 61, len(role)), 19 * 12)
    return np.select([role == REFERENCE, role == CHILD], [reference[menage], np.maximum(child, 1)], adult)


def _births(rng: np.random.Generator, age: Array) -> Array:
    month = np.datetime64(f"{YEAR}-01", "M") - age
    return (month.astype("datetime64[D]") + rng.integers(1, 28, len(age))).astype("datetime64[s]")


def _activities(rng: np.random.Generator, age: Array) -> Array:
    drawn = rng.random(len(age))
    years = age // 12

    def one_of(*shares: tuple[str, float]) -> Array:
        bounds = np.cumsum([share for _, share in shares])[:-1]
        return np.array([ACTIVITIES.index(name) for name, _ in shares])[np.searchsorted(bounds, drawn)]

    return np.select(
        [years < 16, years < 25, years < 64],
        [
            np.full(len(age), ACTIVITIES.index("eleve")),
            one_of(
                ("etudiant", 0.4), ("actif", 0.3), ("chomeur", 0.1), ("apprenti", 0.08), ("inactif", 0.12)
            ),
            one_of(("actif", 0.75), ("chomeur", 0.08), ("inactif", 0.17)),
        ],
        ACTIVITIES.index("retraite"),
    ).astype(np.int8)


def _lodgings(rng: np.random.Generator, role: Array, menage: Array, menages: int) -> Array:
    home = np.where(rng.random(menages) < 0.98, LODGINGS.index("autonome"), LODGINGS.index("foyer"))
    return np.select(
        [role == CHILD, role == OTHER], [LODGINGS.index("parents"), LODGINGS.index("tiers")], home[menage]
    ).astype(np.int8)


def _wages(rng: np.random.Generator, age: Array, activity: Array) -> Array:
    full = rng.lognormal(7.4, 0.5, len(age))
    part = np.select(
        [activity == ACTIVITIES.index(name) for name in ("actif", "apprenti", "etudiant")],
        [1.0, 0.45, 0.25 * (rng.random(len(age)) < 0.4)],
        0.0,
    )
    return np.where(age >= 16 * 12, full * part, 0.0)


def _some(rng: np.random.Generator, who: Array, low: float, high: float) -> Array:
    return np.where(who, np.round(rng.uniform(low, high, len(who)), 2), 0.0)


def _tax_incomes(
    rng: np.random.Generator, role: Array, menage: Array, age: Array, status: Array, wages: Array
) -> Array:
    """Return the tax income of the foyer of each person, as foyers are derived: minors with the reference."""
    rows = np.arange(len(role))
    reference = rows[role == REFERENCE]
    joint = (role == SPOUSE) & (status <= STATUSES.index("pacse"))
    minor = (role == CHILD) & (age <= 18 * 12)  # a month begun is not yet completed on the first of January
    head = np.where(joint | minor, reference[menage], rows)
    own = np.where(minor, 0.0, 12 * wages + rng.gamma(2, 2_000, len(role)))
    return np.round(np.bincount(head, weights=own, minlength=len(role)), 0)[head]


def main() -> None:
    """Write a population."""
    parser = argparse.ArgumentParser()
    parser.add_argument("path", type=Path)
    parser.add_argument("--people", type=int, default=1_500_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    print(write(asked.path, asked.people, asked.seed))


if __name__ == "__main__":
    main()
