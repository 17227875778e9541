"""What is drawn of a study: its tables, read off, drawn and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dept_rules.errors import UnknownNameError
from dept_rules.simulation import charts, french
from dept_rules.simulation.charts import COLOURS, DASHES, GAIN, LOSS, SAME, Chart, StudyChartError
from dept_rules.texts import month_text

if TYPE_CHECKING:
    import pandas as pd

    from dept_rules.simulation.study import Study

#: Bars beyond it are left to the table.
MOST_BARS = 8


def rows(table: pd.DataFrame) -> list[Any]:
    """Return the rows of a table, as named tuples."""
    return list(table.itertuples())


def main_benefit(study: Study, law: str | None = None) -> str | None:
    """Return the monthly benefit on which a law (or all of them) spends most; None where there is none."""
    table = study.budget[[study.benefits[one].unit == "EUR/month" for one in study.budget["benefit"]]]
    table = table if law is None else table[table["law"] == law]
    spent = table.groupby("benefit", sort=False)["change"].apply(lambda some: some.abs().max())
    return str(spent.idxmax()) if len(spent) and spent.max() > 0 else None


def budget(study: Study) -> Chart:
    """Draw what each benefit costs more, beside the baseline."""
    table = study.budget
    size = table.groupby("benefit")["change"].apply(lambda some: some.abs().max())
    kept = [one for one in size.sort_values(ascending=False).index if size[one] > 0][:MOST_BARS]
    if not kept:
        raise StudyChartError("no benefit costs more or less", nothing=True)
    called = study.titles
    labels = [str(table.loc[table["benefit"] == one, "label"].iloc[0]) for one in kept]
    series = []
    told = []
    for law in study.compared:
        of_law = table[table["law"] == law.label].set_index("benefit").reindex(kept)
        series.append((called[law.label], of_law["change"].to_numpy() / french.MILLION))
        parts = [
            f"{label}, {french.money(value)}"
            for label, value in zip(labels, of_law["change"], strict=True)
            if value
        ]
        told.append(f"{called[law.label]} : {' ; '.join(parts) or 'rien'}.")
    figure, axes = charts.canvas(8, 1.3 + 0.42 * len(kept) * max(1, 0.7 * len(series)))
    charts.grouped_bars(axes[0, 0], [charts.wrapped(one, 44) for one in labels], series)
    charts.thousands(axes[0, 0].xaxis)
    axes[0, 0].set_xlabel("Dépense de plus que la référence, en millions d'euros par an")
    return Chart("budget", "Ce que coûte chaque aide, par an", " ".join(told), figure)


def winners_losers(study: Study, by: Any = "decile") -> Chart:
    """Draw the shares of people who gain, do not change and lose, by group."""
    table = study.winners_losers(by)
    called = study.titles
    groups = list(dict.fromkeys(table["label"]))
    laws = [law.label for law in study.compared]
    figure, axes = charts.canvas(8, len(laws) * (0.9 + 0.29 * len(groups)) + 0.4, rows=len(laws), sharex=True)
    told = []
    for one, law in zip(axes[:, 0], laws, strict=True):
        of_law = table[table["law"] == law]
        places = np.arange(len(of_law))[::-1]
        win, lose = 100 * of_law["share_winners"].to_numpy(), 100 * of_law["share_losers"].to_numpy()
        parts = [
            ("Gagnent", win, GAIN, None),
            ("Sans changement", 100 - win - lose, SAME, None),
            ("Perdent", lose, LOSS, "//"),
        ]
        left = np.zeros(len(of_law))
        for name, values, colour, hatch in parts:
            one.barh(
                places,
                values,
                left=left,
                color=colour,
                hatch=hatch,
                edgecolor="white",
                linewidth=0.5,
                label=name,
                height=0.8,
            )
            left = left + values
        one.set_yticks(places, of_law["label"])
        charts.title(one, called[law] if len(laws) > 1 else "")
        one.set_xlim(0, 100)
        told.append(f"{called[law]} : " + " ; ".join(map(_gaining, rows(of_law))) + ".")
    charts.thousands(axes[-1, 0].xaxis, unit=" %")
    axes[-1, 0].set_xlabel("Part des personnes")
    charts.legend(figure, axes[0, 0])
    called_by = BY.get(by, str(by)) if isinstance(by, str) else "groupe"
    return Chart(f"gagnants-{slug(by)}", f"Qui gagne, qui perd, selon {called_by}", " ".join(told), figure)


def _gaining(row: Any) -> str:
    win, lose = french.percent(row.share_winners), french.percent(row.share_losers)
    return f"{row.label}, {win} gagnent et {lose} perdent"


#: What groups are called.
BY = {
    "decile": "le niveau de vie",
    "age": "l'âge en janvier",
    "activity": "l'activité",
    "living situation": "le logement",
}


def poverty(study: Study) -> Chart:
    """Draw poverty rates by age, the baseline and each law."""
    table = study.poverty
    called = study.titles
    groups = list(dict.fromkeys(table["label"]))
    figure, axes = charts.canvas(8, 1.2 + 0.34 * len(groups) * (1 + 0.25 * len(study.compared)))
    one = axes[0, 0]
    places = np.arange(len(groups))[::-1]
    laws = [study.baseline.label, *(law.label for law in study.compared)]
    shift = np.linspace(0.22, -0.22, len(laws))
    told = []
    for rank, law in enumerate(laws):
        of_law = table[table["law"] == law].set_index("label").loc[groups]
        rate = 100 * of_law["rate"].to_numpy()
        spread = 100 * np.array([of_law["rate"] - of_law["rate_low"], of_law["rate_high"] - of_law["rate"]])
        one.errorbar(
            rate,
            places + shift[rank],
            xerr=np.maximum(np.nan_to_num(spread), 0),
            fmt="osD^v"[rank % 5],
            markersize=5,
            color=COLOURS[(rank - 1) % 5] if rank else "#5c5c5c",
            ecolor="#8b939c",
            capsize=2,
            label=called[law],
        )
        parts = (f"{label}, {french.percent(value / 100)}" for label, value in zip(groups, rate, strict=True))
        told.append(f"{called[law]} : {' ; '.join(parts)}.")
    one.set_yticks(places, groups)
    one.set_xlim(left=0)
    charts.thousands(one.xaxis, unit=" %")
    one.set_xlabel("Part des personnes sous le seuil de pauvreté, avec son intervalle à 95 %")
    charts.legend(figure, one)
    return Chart("pauvrete", "Taux de pauvreté selon l'âge", " ".join(told), figure)


def beneficiaries(study: Study, benefit: str, by: Any = "age") -> Chart:
    """Draw who receives a benefit, by group."""
    table = study.beneficiaries_by(benefit, by)
    table = table[table.groupby("group")["beneficiaries"].transform("max") > 0]
    if not len(table):
        raise StudyChartError(f"nobody receives {benefit}", nothing=True)
    called = study.titles
    groups = list(dict.fromkeys(table["label"]))
    series, told = [], []
    for law in study.compared:
        of_law = table[table["law"] == law.label].set_index("label").loc[groups]
        if not of_law["beneficiaries"].any():
            continue
        series.append((called[law.label], of_law["beneficiaries"].to_numpy()))
        parts = (f"{row.Index}, {french.count(row.beneficiaries)}" for row in rows(of_law))
        told.append(f"{called[law.label]} : {' ; '.join(parts)}.")
    figure, axes = charts.canvas(8, 1.2 + 0.3 * len(groups) * max(1, 0.7 * len(series)))
    charts.grouped_bars(axes[0, 0], groups, series)
    charts.thousands(axes[0, 0].xaxis)
    axes[0, 0].set_xlabel("Personnes qui la reçoivent au moins une fois dans l'année")
    label = study.benefits[benefit].label
    return Chart(f"beneficiaires-{slug(benefit)}", f"{label} : qui le reçoit", " ".join(told), figure)


def months(
    study: Study, benefit: str, until: str = "2027-12", take_up: tuple[float, float] = (1.0, 1.0)
) -> Chart:
    """Draw how many receive a monthly benefit, month by month."""
    table = study.ramp_up(benefit, until=until, take_up=take_up)
    called = study.titles
    figure, axes = charts.canvas(8, 3.2)
    one = axes[0, 0]
    one.grid(axis="y", color="#d9dde2", linewidth=0.8)
    ticks: pd.Series = table["month"].drop_duplicates().reset_index(drop=True)
    told = []
    for rank, law in enumerate(study.compared):
        of_law = table[table["law"] == law.label]
        values = of_law["beneficiaries"].to_numpy()
        if not values.any():
            continue
        one.plot(
            range(len(values)),
            values,
            color=COLOURS[rank % 5],
            linestyle=DASHES[rank % 5],
            linewidth=2,
            label=called[law.label],
        )
        first, last = french.count(values[0]), french.count(values[-1])
        begin, end = month_text(ticks.iloc[0]), month_text(ticks.iloc[-1])
        told.append(f"{called[law.label]} : {first} en {begin}, {last} en {end}.")
    shown = list(range(0, len(ticks), max(1, len(ticks) // 6)))
    one.set_xticks(shown, [month_text(ticks[rank]).replace(" ", "\n") for rank in shown])
    one.set_ylim(bottom=0)
    charts.thousands(one.yaxis)
    one.set_ylabel("Personnes dans le mois")
    if len(study.compared) > 1:
        charts.legend(figure, one)
    label = study.benefits[benefit].label
    return Chart(f"mois-{slug(benefit)}", f"{label} : bénéficiaires mois par mois", " ".join(told), figure)


def budget_constraint(study: Study, case: str | None = None, *, highest: float = 3_000) -> list[Chart]:
    """Draw, for typical cases (all, or one by name), wage and aids as the wage grows, and marginal rates.

    Cases without any aid are left out; those whose aids are the same share a chart.

    Raises:
        UnknownNameError: no typical case has this name.
    """
    table = study.rate_curves(highest)
    known = list(dict.fromkeys(table["case"]))
    if case is not None and case not in known:
        raise UnknownNameError("typical case", case, known)
    curves: dict[Any, list[str]] = {}
    for name in [case] if case else known:
        of_case = table[table["case"] == name]
        if case or of_case[["aids_low", "aids_high"]].to_numpy().any():
            curves.setdefault(tuple(map(tuple, of_case[SHAPE].to_numpy().tolist())), []).append(name)
    return [_constraint(study, table, alike, highest) for alike in curves.values()]


#: What makes two curves the same.
SHAPE = ["law", "low", "high", "aids_low", "aids_high"]


def _constraint(study: Study, table: pd.DataFrame, alike: list[str], highest: float) -> Chart:
    labels = table.drop_duplicates("case").set_index("case")["case_label"]
    table = table[table["case"] == alike[0]]
    called = study.titles
    figure, axes = charts.canvas(8, 3.4, columns=2)
    total, rates = axes[0]
    told = [f"Salaire de 0 à {french.euros(highest)} par mois."]
    for rank, law in enumerate([study.baseline.label, *(one.label for one in study.compared)]):
        of_law = table[table["law"] == law]
        x = np.ravel(of_law[["low", "high"]].to_numpy())
        aids = np.ravel(of_law[["aids_low", "aids_high"]].to_numpy())
        style = {
            "color": COLOURS[(rank - 1) % 5] if rank else "#5c5c5c",
            "linestyle": DASHES[rank % 5],
            "linewidth": 2,
        }
        total.plot(x, x + aids, label=called[law], **style)
        rates.plot(x, 100 * np.repeat(of_law["rate"].to_numpy(), 2), **style)
        told.append(_along(called[law], of_law))
    total.set_xlabel("Salaire net (€ par mois)")
    total.set_ylabel("Salaire et aides (€ par mois)")
    charts.title(total, "Salaire et aides du foyer")
    rates.set_xlabel("Salaire net (€ par mois)")
    rates.set_ylabel("Repris d'un euro gagné (%)")
    charts.title(rates, "Taux marginal des aides")
    rates.set_ylim(-5, 105)
    for one in (total, rates):
        one.grid(axis="y", color="#d9dde2", linewidth=0.8)
        one.set_xlim(0, highest)
        charts.thousands(one.xaxis)
    charts.thousands(total.yaxis)
    charts.legend(figure, total)
    return Chart(f"cas-{slug(alike[0])}", " ; de même : ".join(labels[alike]), " ".join(told), figure)


def _along(law: str, curve: pd.DataFrame) -> str:
    """Return how aids follow a wage, in a sentence."""
    aided = [one for one in rows(curve) if one.aids_low or one.aids_high]
    if not aided:
        return f"{law} : aucune aide mensuelle."
    parts = [
        f"de {french.euros(one.low)} à {french.euros(one.high)} de salaire, les aides vont de "
        f"{french.euros(one.aids_low)} à {french.euros(one.aids_high)}"
        + (f" ({french.percent(one.rate, 0)} repris)" if one.rate else "")
        for one in aided
    ]
    return f"{law} : {' ; '.join(parts)}."


def slug(text: Any) -> str:
    """Return a short name made of a text, for anchors and files."""
    import re

    return re.sub(r"[^a-z0-9]+", "-", str(text).lower()).strip("-") if isinstance(text, str) else "groupes"
