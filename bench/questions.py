"""How many questions an interview asks, against a form in a fixed order. Prints JSON.

Everything is hidden but who lives with whom; questions are answered from the truth until no
outcome can change. "form" counts every answer the rules read; "fixed_order" asks the same in
the order the law declares them, and stops as soon as no outcome can change.

python bench/questions.py [households]
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "dept_rules"))

import numpy as np
from households import random_population
from interviews import interview, unanswered
from partial_situations import judged, without

from dept_rules.calculation import open_case, read_month
from dept_rules.explanation.outcomes import Study
from dept_rules.explanation.partial import Unknown
from dept_rules.explanation.relevance import candidates
from dept_rules.people import Answers, Population
from dept_rules.system import baseline, benefits, inputs
from dept_rules.variable import Variable

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.json"))
MONTH = read_month("2026-11")
BENEFITS = (
    "revenu_de_base",
    "bonus_solidaire",
    "capa_aide_mensuelle",
    "contrat_jeune_majeur",
    "aide_impayes_energie",
)


def examples() -> Iterator[Population]:
    """Yield the example households, silence being what each input declares."""
    for path in EXAMPLES:
        yield _unjudged(open_case(path, str(MONTH)).situation.population)


def synthetic(count: int) -> Iterator[Population]:
    """Yield random households of at most three people, one of them of 16 to 26."""
    youngest, oldest = np.datetime64("2000-11-01"), np.datetime64("2010-11-01")
    seed = 0
    while count:
        full = random_population(seed, 1)
        births = full.answers["date_naissance"].plain
        if full.count <= 3 and ((births > youngest) & (births < oldest)).any():
            count -= 1
            births[:] = np.minimum(births, np.datetime64(MONTH.stop.date, "D"))
            yield _unjudged(full)
        seed += 1


def _unjudged(people: Population) -> Population:
    """Return the same people, every input answered but judgements."""
    unjudged, answers = judged(baseline()), {}
    for name, variable in inputs(baseline()).items():
        count = people.size(variable.entity.key)
        everybody = np.ones(count, dtype=bool)
        known = people.answers.get(name) or Answers(variable.default_array(count), ~everybody)
        values, _ = known.at(MONTH if variable.definition_period == "month" else MONTH.this_year)
        answers[name] = (
            without(baseline(), name, known, everybody) if name in unjudged else Answers(values, everybody)
        )
    return Population(people.ids, people.groups, answers)


def counted(full: Population, chosen: Mapping[str, Variable]) -> dict[str, int]:
    """Return how many questions each way asks of one household."""
    nothing = unanswered(baseline(), full)
    asked = sum(1 for one, _ in interview(baseline(), nothing, full, MONTH, chosen) if one is not None)
    form = _form(nothing, chosen)
    return {"asked": asked, "fixed_order": _until_final(nothing, full, form, chosen), "form": len(form)}


def _form(nothing: Population, chosen: Mapping[str, Variable]) -> list[Unknown]:
    """Return every answer the rules read and nobody judges, in the order the law declares inputs."""
    order, unjudged = list(inputs(baseline())), judged(baseline())
    read = {one._replace(period=None) for one in Study(baseline(), nothing, MONTH, chosen).missing}
    return sorted(
        (one for one in read if one.name not in unjudged), key=lambda one: (order.index(one.name), one.rank)
    )


def _until_final(
    nothing: Population, full: Population, form: list[Unknown], chosen: Mapping[str, Variable]
) -> int:
    """Return after how many answers of the form no outcome can change: found by halves."""
    least, most = 0, len(form)
    while least < most:
        middle = (least + most) // 2
        if candidates(Study(baseline(), _first(nothing, full, form[:middle]), MONTH, chosen)):
            least = middle + 1
        else:
            most = middle
    return least


def _first(nothing: Population, full: Population, told: list[Unknown]) -> Population:
    known = dict(nothing.answers)
    for name in {one.name for one in told}:
        ranks = [one.rank for one in told if one.name == name]
        mask = np.ones(len(full.answers[name].plain), dtype=bool)
        mask[ranks] = False
        known[name] = without(baseline(), name, full.answers[name], mask)
    return Population(full.ids, full.groups, known)


def main() -> None:
    """Interview the example households and some random ones, and print mean numbers of questions."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    chosen = {name: benefits(baseline())[name] for name in BENEFITS}
    found = {}
    for kind, people in (("examples", list(examples())), ("synthetic", list(synthetic(count)))):
        each = [counted(full, chosen) for full in people]
        means = {way: round(statistics.mean(one[way] for one in each), 1) for way in each[0]}
        found[kind] = {"households": len(each), **means}
    print(json.dumps({"benefits": BENEFITS, **found}))


if __name__ == "__main__":
    main()
