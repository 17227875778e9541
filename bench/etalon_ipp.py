"""The three scenarios of the IPP (2018) on synthetic départements, beside the IPP's own figures. Prints JSON.

python bench/etalon_ipp.py [--households 3000] [--departements 54,75]

Every metropolitan département is drawn, each with its own weights, and their sums are the nation. The IPP's
461 € are 0.88 of the RSA of a single person (524.16 €) when its data were taken: the amount is 0.88 of the
RSA of the year, and costs are brought back by the ratio of the two. docs/etalon_ipp.md tells what comes out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

import dept_rules as dr
from dept_rules.entities import Famille
from dept_rules.enums import Hebergement, StatutActivite
from dept_rules.people import Array

YEAR = "2026"
#: Of the IPP's data: the RSA of a single person whose 88 % are the 461 € of its scenarios.
RSA_OF_THE_IPP, SHARE = 524.16, 0.88
#: Bn € a year, beside the law of 2018: IPP, rapport n° 18, chapitre 3.2 (see the reforms for addresses).
IPP = {"des_25_ans": 4.4, "des_21_ans": 9.6, "des_18_ans": 16.2}
FIRST_AGES = {"des_25_ans": 25, "des_21_ans": 21, "des_18_ans": 18}
BENEFIT = "revenu_de_base"


def scenario(first_age: int, unit: str) -> list[Any]:
    """Return one scenario as a stack: the law in force, the IPP's scheme, its age, its amount, its unit."""
    day = f"{YEAR}-01-01"
    figures = {
        f"{BENEFIT}.montant.part_rsa": {day: SHARE},
        f"{BENEFIT}.montant.socle_propre": {day: 0},
        f"{BENEFIT}.age.minimum": {day: first_age},
        f"{BENEFIT}.unite": {day: unit},
    }
    return ["droit_en_vigueur", "ipp_2018_scenario_2", figures]


def net_by_person(study: Any, label: str) -> Array:
    """Return what the scheme pays each person in a year, less the RSA and prime d'activité it replaces."""
    paid = study.ledger.payments[label]
    offsets = study.compared[0].system.variables[BENEFIT].benefit.offsets
    found = paid[BENEFIT].total.copy()
    for one in offsets:
        if paid[one.variable].entity == "individu":
            found -= paid[one.variable].total
    return found


def groups(study: Any) -> Mapping[str, Array]:
    """Return the people told apart: in a couple, in higher education, at their parents'."""
    people, month = study.subjects.people, study.year.first_month
    family = people.groups["famille"]
    parent = family.has_role(Famille.PARENT)
    studies = np.asarray(people.answers["statut_activite"].at(month)[0])
    homes = np.asarray(people.answers["hebergement"].at(month)[0])
    return {
        "seuls": ~(parent & (family.nb_persons(Famille.PARENT)[family.member_of] > 1)),
        "etudes": studies == StatutActivite.etudiant.index,
        "chez_leurs_parents": homes == Hebergement.parents.index,
    }


def measure(code: str, households: int, unit: str) -> Iterator[tuple[str, float]]:
    """Yield sums of one département, EUR a year and persons."""
    sample = dr.population.synthetic(code, households, year=int(YEAR))
    stacks = [dr.Scenario(scenario(age, unit), label=name) for name, age in FIRST_AGES.items()]
    study = dr.compare(sample, stacks, YEAR, replications=0)
    weights = study.subjects.by_person(study.subjects.weights, "menage")
    told = groups(study)
    yield "personnes", float(weights.sum())
    for name, row in study.totals.set_index("law").iterrows():
        yield f"net/{name}", float(row["net"])
    nets = {name: weights * net_by_person(study, name) for name in FIRST_AGES}
    for name, fewer in OPENINGS.items():
        more = nets[name] - nets[fewer]
        yield f"{name}/tous", float(more.sum())
        for group, mask in told.items():
            yield f"{name}/{group}", float(more[mask & told["seuls"]].sum())
    for ages, low, high in (("18_20", 18, 21), ("21_24", 21, 25)):
        yield f"personnes/{ages}", float(weights[(study.ages >= low) & (study.ages < high)].sum())


#: What each scenario opens, beside the one before it.
OPENINGS = {"des_21_ans": "des_25_ans", "des_18_ans": "des_21_ans"}


def nation(codes: list[str], households: int, unit: str) -> dict[str, float]:
    """Return the sums over départements."""
    sums: dict[str, float] = {}
    for rank, code in enumerate(codes, 1):
        print(f"\r{unit} {rank}/{len(codes)}", end="", file=sys.stderr)
        for name, value in measure(code, households, unit):
            sums[name] = sums.get(name, 0.0) + value
    print(file=sys.stderr)
    return sums


def main() -> None:
    """Print what comes out beside what the IPP published."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--households", type=int, default=3_000)
    asked.add_argument("--departements", default=",".join(dr.population.departements()))
    given = asked.parse_args()
    codes = given.departements.split(",")
    rsa = dr.CountryTaxBenefitSystem().get_parameters_at_instant(f"{YEAR}-01-01").rsa.montant_forfaitaire
    back = RSA_OF_THE_IPP / rsa / 1e9
    told: dict[str, Any] = {"departements": len(codes), "households": given.households, "rsa": rsa}
    for unit in ("individu", "famille"):
        sums = nation(codes, given.households, unit)
        told[unit] = {
            "personnes": {name: round(value) for name, value in sums.items() if name.startswith("personnes")},
            "cout_net": {name: round(back * sums[f"net/{name}"], 2) for name in IPP},
            "ouverture": {
                name: round(back * value, 2) for name, value in sums.items() if name.split("/")[0] in OPENINGS
            },
        }
    opened = {name: round(IPP[name] - IPP[fewer], 2) for name, fewer in OPENINGS.items()}
    told["ipp"] = {"cout_net": IPP, "ouverture": opened}
    print(json.dumps(told, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
