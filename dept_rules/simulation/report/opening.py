"""What opens a report: what matters most, and the laws compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dept_rules.simulation import french
from dept_rules.simulation.drawings import main_benefit, rows
from dept_rules.simulation.report.blocks import Cell, Column, Items, Section, Text, table
from dept_rules.simulation.report.telling import synthetic, text_of

if TYPE_CHECKING:
    from dept_rules.simulation.study import Study


def summary(study: Study) -> Section:
    """Return what matters most, a paragraph a law."""
    called = study.titles
    totals = {row.law: row for row in rows(study.totals)}
    paid = {(row.law, row.benefit): row for row in rows(study.beneficiaries)}
    everybody = {row.law: row for row in rows(study.winners_losers(None))}
    items = []
    for law in study.compared:
        benefit = main_benefit(study, law.label)
        row, all_of_them = totals[law.label], everybody[law.label]
        said = [
            f"{called[law.label]} : un coût net de {french.money(row.net)} par an"
            f"{_spread(row.net_low, row.net_high)}."
        ]
        if benefit is not None:
            one = paid[law.label, benefit]
            persons, amount = french.count(one.beneficiaries), french.euros(one.mean_amount)
            said.append(f"{one.label} : {persons} personnes dans l'année, {amount} chacune en moyenne.")
        said.append(
            f"{french.percent(all_of_them.share_winners)} des personnes vivent dans un ménage qui gagne, "
            f"{french.percent(all_of_them.share_losers)} dans un ménage qui perd."
        )
        items.append(" ".join(said) + _poverty(study, law.label))
    return Section("bref", "En bref", (Items(tuple(items)), Text(_reminder(study), strong=True)))


def _spread(low: float, high: float) -> str:
    if low != low or high != high:
        return ""
    return f" (intervalle à 95\u00a0% : {french.money(low)} à {french.money(high)})"


def _poverty(study: Study, law: str) -> str:
    if not study.has_incomes:
        return ""
    found = {row.law: row for row in rows(study.poverty_by(None))}
    before, after = french.percent(found[study.baseline.label].rate), french.percent(found[law].rate)
    spread = french.interval(found[law].change_low, found[law].change_high, french.points)
    known = "" if spread == french.NOTHING else f" (intervalle du changement : {spread})"
    if before == after:
        return f" Le taux de pauvreté reste de {after}{known}."
    return f" Le taux de pauvreté passe de {before} à {after}{known}."


def _reminder(study: Study) -> str:
    figures = study.figures
    guesses, every = figures[figures["standing"] == "hypothese"]["name"].nunique(), figures["name"].nunique()
    invented = ""
    if synthetic(study.subjects.sample):
        invented = (
            "Population synthétique : des ménages inventés, pondérés pour retrouver des chiffres publiés. "
        )
    return (
        f"{invented}{guesses} des {every} chiffres utilisés sont des hypothèses. Aucune réaction des "
        "comportements n'est modélisée ; les prestations nationales sont tenues constantes."
    )


def compared(study: Study) -> Section:
    """Return the laws compared."""
    called = study.titles
    block = table(
        "lois",
        f"Les lois comparées, année {study.year}",
        study.laws.itertuples(),
        [
            Column("Loi", lambda row: called[row.law], number=False),
            Column("Rôle", lambda row: "référence" if row.role == "baseline" else "comparée", number=False),
            Column("Statut", lambda row: Cell("", row.standing), number=False),
            Column("Ce qu'elle fait", lambda row: text_of(row.description) or "–", number=False),
            Column(
                "Source", lambda row: Cell(text_of(row.source) or "–", href=text_of(row.href)), number=False
            ),
            Column("Choix et lacunes", lambda row: _choices(row), number=False),
        ],
    )
    return Section("lois-section", "Ce qui est comparé", (block,))


def _choices(row: Any) -> str:
    not_read = text_of(row.not_read).replace(". ; ", ". ")
    missing = f"Non lu dans la source : {not_read}" if not_read else ""
    return " ".join(filter(None, (text_of(row.notes), missing))) or "–"
