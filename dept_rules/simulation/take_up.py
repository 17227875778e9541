"""Who takes up what they are entitled to: shares of households, the same people under every law."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from openfisca_core.periods import Period

from dept_rules import provenance
from dept_rules.errors import Fault, StudyError, UnknownNameError
from dept_rules.people import Array
from dept_rules.provenance import Figure
from dept_rules.simulation.laws import Law

#: How the names of figures of non-take-up begin.
NON_TAKE_UP = "non_recours."
#: Shares of those entitled who receive a benefit, by name; everybody, for those not named.
Rates = Mapping[str, float]


@dataclass(frozen=True)
class Cases:
    """Households told apart by what they take up, each case with its share of the household.

    Households that nothing divides are one case. In each case, a benefit is either received or not
    under each law, and whoever receives it under a lower rate does under a higher one.

    Attributes:
        household: the rank of the household of each case; those of a household stand together.
        share: how much of the household each case stands for; they add up to 1.
        luck: for each benefit that some do not take up, a number from 0 to 1 a case: it is
            received under a law whose rate is above.
    """

    household: Array
    share: Array
    luck: Mapping[str, Array]

    def received(self, benefit: str, rates: Rates) -> Array:
        """Return, for each case, 1 where the benefit is received and 0 where it is not."""
        if benefit not in self.luck:
            return np.ones(len(self.household))
        return (self.luck[benefit] < rates.get(benefit, 1.0)).astype(np.float64)


def rates(
    law: Law, given: Mapping[str, float | str], known: Sequence[str], day: Period
) -> tuple[dict[str, float], list[Figure]]:
    """Return the shares a law is studied with, and the figures of the law they come from.

    Args:
        law: what its scenario says wins over `given`.
        given: shares, or names of figures of non-take-up, by benefit.
        known: the benefits that may be named.
        day: when the figures are read.

    Raises:
        UnknownNameError: no benefit or figure has this name.
        StudyError: a share is not from 0 to 1.
    """
    found: dict[str, float] = {}
    figures, faults = [], []
    for benefit, said in {**given, **(law.take_up or {})}.items():
        if benefit not in known:
            raise UnknownNameError("benefit", str(benefit), known)
        share: Any = said
        if isinstance(said, str):
            figure = provenance.figure(law.system, said, day.start)
            figures.append(figure)
            share = 1 - figure.value if said.startswith(NON_TAKE_UP) else None
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            faults.append(
                Fault(f"take_up/{benefit}", "is no share", "a number from 0 to 1, or a figure of non-take-up")
            )
        else:
            found[benefit] = float(share)
    if faults:
        raise StudyError(faults)
    return found, figures


def expected(households: int, rates: Sequence[Rates], concerned: Mapping[str, Array]) -> Cases:
    """Return every case, with how likely it is: what is computed of them is an expectation.

    Args:
        households: how many there are.
        rates: the shares under each law.
        concerned: for each benefit, the households entitled to it under some law.
    """
    household, share = np.arange(households), np.ones(households)
    luck: dict[str, Array] = {}
    for benefit, cuts in _cuts(rates, concerned).items():
        edges = np.unique([0.0, *cuts, 1.0])
        pieces = len(edges) - 1
        repeats = np.where(concerned[benefit][household], pieces, 1)
        source = np.repeat(np.arange(len(household)), repeats)
        piece = np.arange(len(source)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        divided = concerned[benefit][household[source]]
        household, share = household[source], share[source]
        luck = {name: values[source] for name, values in luck.items()}
        share = share * np.where(divided, np.diff(edges)[piece], 1.0)
        luck[benefit] = (edges[:-1] + edges[1:])[piece] / 2
    return Cases(household, share, luck)


def drawn(ids: Sequence[Any], rates: Sequence[Rates], concerned: Mapping[str, Array], seed: int) -> Cases:
    """Return one case a household, drawn; luck hangs on the identifier, the benefit and the seed only."""
    luck = {benefit: uniform(ids, benefit, seed) for benefit in _cuts(rates, concerned)}
    return Cases(np.arange(len(ids)), np.ones(len(ids)), luck)


def uniform(ids: Sequence[Any], benefit: str, seed: int) -> Array:
    """Return a number from 0 to 1 (excluded) for each identifier, the same wherever it stands."""
    import pandas as pd

    key = hashlib.sha256(f"{seed}/{benefit}".encode()).hexdigest()[:16]
    texts = np.array([str(one) for one in ids], dtype=object)
    hashed = pd.util.hash_array(texts, hash_key=key, categorize=False)
    return np.asarray(hashed >> np.uint64(11)) * 2.0**-53


def _cuts(rates: Sequence[Rates], concerned: Mapping[str, Array]) -> dict[str, list[float]]:
    """Return, for each benefit that some do not take up under some law, the shares below 1."""
    cuts = {
        benefit: sorted({some[benefit] for some in rates if some.get(benefit, 1.0) < 1})
        for benefit in concerned
    }
    return {benefit: some for benefit, some in cuts.items() if some}
