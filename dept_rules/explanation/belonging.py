"""Who declares income with whom: the answers that decide it, and that nobody gave.

No rule reads them: they make the tax households (`dept_rules.derivation`) before any rule runs, so
that no question of `next_questions` can ask for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

from dept_rules import situations
from dept_rules.calculation import read_month
from dept_rules.entities import Menage
from dept_rules.execution import Execution

BIRTH, COUPLE, ATTACHED = "date_naissance", "statut_marital", "rattachement_fiscal"


def undecided(situation: Mapping[str, Any], period: str, law: TaxBenefitSystem) -> Iterator[tuple[str, str]]:
    """Yield the identifiers of persons, and the input each should answer, in the order to ask.

    The head of a household and the spouse say when they were born, and what their couple is in law.
    Who is of age and young enough to be dependent, and lives with parents or heads a household
    without a spouse, says whether they are attached to the tax household of their parents.

    Args:
        situation: OpenFisca's JSON as Python objects.
        period: the month, "2026-11".
        law: the law.

    Raises:
        SituationError: the situation has faults.
    """
    month = read_month(period)
    people = situations.read(situation, law, month).population
    menage, figures = people.groups["menage"], law.get_parameters_at_instant(month)
    births = people.answers.get(BIRTH)
    born = np.zeros(people.count, dtype=bool) if births is None else births.answered
    ages = Execution(law, people).value("age_en_mois", month)
    young = born & (ages >= figures.majorite * 12) & (ages < figures.jeune_a_charge * 12)
    reference, spouses = (menage.has_role(role) for role in (Menage.PERSONNE_DE_REFERENCE, Menage.CONJOINT))
    with_spouse = np.bincount(menage.member_of, weights=spouses, minlength=menage.count) > 0
    in_couple = spouses | (reference & with_spouse[menage.member_of])
    alone = reference & ~in_couple
    for name, concerned in (
        (BIRTH, reference | spouses),
        (COUPLE, in_couple),
        (ATTACHED, young & (alone | menage.has_role(Menage.ENFANT))),
    ):
        known = people.answers.get(name)
        told = np.zeros(people.count, dtype=bool) if known is None else known.at(month)[1]
        for rank in np.flatnonzero(concerned & ~told).tolist():
            yield str(people.ids[rank]), name
