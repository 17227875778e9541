"""A synthetic département: households drawn from structures, weighted to reach margins."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from openfisca_core.periods import period as parse_period

from dept_rules.calculation import calculate
from dept_rules.entities import Famille, FoyerFiscal, Individu, Menage
from dept_rules.errors import Fault, MarginsError, SampleError
from dept_rules.people import Array
from dept_rules.population import calibration, measures, targets
from dept_rules.population.draw import activity, dwelling, energy, income, protection, resources, transfers
from dept_rules.population.draw.composition import KINDS, compose
from dept_rules.population.draw.draft import STRATA, Draft
from dept_rules.population.margins import Book
from dept_rules.population.notes import notes
from dept_rules.population.sample import MARGINS, Sample
from dept_rules.population.territories import book
from dept_rules.provenance import check_period
from dept_rules.system import baseline, rules_version

if TYPE_CHECKING:
    import pandas as pd

#: Households under which a draw has nobody in some category.
FEWEST = 2_000
#: How many of the margins out of reach are named.
NAMED = 6
#: The year of a sample, by default: that of the newest figures of the law.
YEAR = 2026


def synthetic(
    departement: str,
    households: int = 100_000,
    seed: int = 0,
    *,
    year: int = YEAR,
    margins: str | Path | None = None,
) -> Sample:
    """Draw a calibrated synthetic population of a département. It is a model, not a survey.

    Args:
        departement: Insee code ("54").
        households: how many to draw, persons outside ordinary dwellings included, each as one.
        seed: the same one gives the same sample.
        year: the year it is of: ages are those of its 1 January.
        margins: the file of margins of an analyst, which replace those shipped.

    Raises:
        UnknownNameError: there is no such département.
        PeriodError: the rules do not cover the year.
        MarginsError: margins are faulty, or cannot be reached together; they are named.
        SampleError: there are too few households, or the seed is negative.
    """
    import pandas as pd

    check_period(baseline(), parse_period(str(year)))
    wanted = [
        Fault(name, "is no such number", f"an integer of at least {least}")
        for name, value, least in (("households", households, FEWEST), ("seed", seed, 0))
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least
    ]
    if wanted:
        raise SampleError(wanted)
    households, seed, year = int(households), int(seed), int(year)
    figures = book(departement, margins)
    draft = draw(figures, households, seed, year)
    constraints = constrain(draft)
    weights = weigh(constraints)
    made = _tables(draft, weights)
    for name in targets.OUTPUTS:
        result = calculate(made, f"{year}-01", [name])
        draft.outputs[name] = result[Menage.plural][name].to_numpy()
    about = {
        "origin": "synthetic",
        "departement": figures.departement,
        "households": households,
        "seed": seed,
        "year": year,
        "rules": rules_version(),
    }
    table = compare(draft, weights)
    homes = pd.Index(np.arange(draft.households), name="menage_id")
    calibrated = pd.DataFrame(constraints.columns.astype(np.float32), columns=constraints.names, index=homes)
    return Sample(made, _extras(draft), table, notes(draft, table), about, calibrated)


def draw(figures: Book, households: int, seed: int, year: int) -> Draft:
    """Draw households and all that the law asks of them, before any weighting."""
    draft = compose(np.random.default_rng(seed), figures, households, year)
    activity.occupy(draft)
    resources.earn(draft)
    income.localise(draft)
    transfers.group(draft)
    dwelling.house(draft)
    transfers.impute(draft)
    income.dispose(draft)
    energy.heat(draft)
    energy.ask(draft)
    protection.protect(draft)
    protection.judge(draft)
    return draft


class Constraints(NamedTuple):
    """What weights of households must sum to.

    Attributes:
        names: of the categories of margins.
        columns: households by categories.
        aims: what each column must sum to.
        weights: those of the draw.
    """

    names: list[str]
    columns: Array
    aims: Array
    weights: Array


def constrain(draft: Draft) -> Constraints:
    """Return what the weights of a draw must reach: the margins of its book that are not checks.

    Raises:
        MarginsError: nobody of the draw is in a category, or everybody.
    """
    names, columns, aims, faults = [], [], [], []
    total = float(draft.book.margins["menages"].values["ensemble"])
    for figure in draft.book.margins.values():
        target = targets.TARGETS[figure.name]
        for category, (domain, value), aim in (
            targets.columns(draft, figure) if target.calibrated(draft.book) else ()
        ):
            name = f"margins.{figure.name}.{category}"
            inside = np.asarray(value)[domain]
            counted = target.unit == "count"
            if not counted and (not len(inside) or not inside.min() <= aim <= inside.max()):
                faults.append(Fault(name, "nobody drawn is in this category", "more households"))
                continue
            missed = value if counted else domain * (value - aim)  # from a mean to a sum that is nil
            names.append(name)
            columns.append(draft.sum_by_home(missed) if target.of_people else missed)
            aims.append(total if counted else 0.0)
    if faults:
        raise MarginsError(faults)
    first = np.full(draft.households, total / draft.ordinary.sum())
    return Constraints(names, np.stack(columns, axis=1).astype(float), np.array(aims), first)


def weigh(wanted: Constraints) -> Array:
    """Return weights of households that reach what they must.

    Raises:
        MarginsError: no weights reach it all; the margins most out of reach are named.
    """
    found = calibration.rake(wanted.columns, wanted.aims, wanted.weights)
    if not found.converged:
        worst = np.argsort(-np.abs(found.gaps))[:NAMED]
        raise MarginsError(
            Fault(
                wanted.names[rank], "cannot be reached together with the other margins", "margins that agree"
            )
            for rank in worst
            if abs(found.gaps[rank]) > calibration.TOLERANCE
        )
    return found.weights


def compare(draft: Draft, weights: Array) -> pd.DataFrame:
    """Return what the margins of a sample should be and are, one row a category."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for figure in draft.book.margins.values():
        target = targets.TARGETS[figure.name]
        counted = target.unit == "count"
        for category, (domain, value), aim in targets.columns(draft, figure):
            each = weights[draft.menage] if target.of_people else weights
            mass = each * domain
            reached = float((mass * value).sum() if counted else (mass * value).sum() / mass.sum())
            if figure.name == "niveaux_de_vie":  # calibrated as a share, told as an amount
                reached = measures.quantile(draft, weights, aim)
                aim = figure.values[category] * target.scaled(draft)
            scale = 100 if target.unit == "percent" else 1
            rows.append(
                {
                    "margin": figure.name,
                    "label": target.label,
                    "category": category,
                    "category_label": targets.category_label(figure.name, category),
                    "target": aim * scale,
                    "reached": reached * scale,
                    "gap": (reached - aim) * scale,
                    "unit": target.unit,
                    "use": "calage" if target.calibrated(draft.book) else "controle",
                    "scope": figure.scope,
                    "territory": figure.territory,
                    "standing": figure.standing,
                    "source": figure.source,
                    "href": figure.href,
                    "year": figure.year,
                    "note": figure.note,
                }
            )
    return pd.DataFrame(rows, columns=list(MARGINS))


def _tables(draft: Draft, weights: Array) -> dict[str, pd.DataFrame]:
    import pandas as pd

    people: dict[str, Any] = {"individu_id": np.arange(draft.count)}
    homes = (Menage, draft.menage, draft.role)
    groups = [(group.entity, group.member_of, group.roles) for group in draft.groups.values()]
    for entity, member_of, roles in (homes, *groups):
        people[f"{entity.key}_id"] = member_of
        names = [role.key for role in entity.flattened_roles]
        people[f"{entity.key}_role"] = _named(roles, names)
    columns = {
        Individu: (people, draft.people),
        Famille: ({"famille_id": _ranks(draft, Famille)}, draft.families),
        FoyerFiscal: ({"foyer_fiscal_id": _ranks(draft, FoyerFiscal)}, draft.declarations),
        Menage: ({"menage_id": np.arange(draft.households), "poids": weights}, draft.homes),
    }
    return {
        entity.plural: pd.DataFrame(
            {**first, **{name: _told(draft, name, values) for name, values in rest.items()}}
        )
        for entity, (first, rest) in columns.items()
    }


def _ranks(draft: Draft, entity: Any) -> Array:
    return np.arange(draft.groups[entity.key].count)


def _named(codes: Array, names: Sequence[str]) -> Any:
    import pandas as pd

    return pd.Categorical.from_codes(codes.astype(int), categories=pd.Index(names))


def _told(draft: Draft, name: str, values: Array) -> Any:
    """Return a column as a table holds it: names of members, amounts to the cent."""
    enum = draft.enums.get(name)
    if enum is not None:
        return _named(values, [member.name for member in enum])
    return np.round(values, 2) if values.dtype == float else values


def _extras(draft: Draft) -> dict[str, pd.DataFrame]:
    import pandas as pd

    sexes = _named(draft.female, ("homme", "femme"))
    strata, kinds = _named(draft.stratum, STRATA), _named(draft.kind, KINDS)
    people = pd.Index(np.arange(draft.count), name="individu_id")
    homes = pd.Index(np.arange(draft.households), name="menage_id")
    return {
        Individu.plural: pd.DataFrame({"sexe": sexes}, index=people),
        Menage.plural: pd.DataFrame({"strate": strata, "type_menage": kinds}, index=homes),
    }
