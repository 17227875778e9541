"""The report of a study: sound HTML, that a screen reader can read, that says what every figure is worth."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree

import html5lib
import pytest
from five_households import ONLY, table

import dept_rules as dr
from dept_rules.provenance import LABELS
from dept_rules.simulation import report

HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
DAY = date(2026, 11, 26)


@pytest.fixture(scope="module")
def study() -> dr.Study:
    sample = dr.population.synthetic(departement="54", households=2_000, seed=1)
    laws = [
        "rsj_lyon",
        dr.Scenario("plateforme", take_up={"revenu_de_base": 0.66}),
        dr.Scenario("plateforme", label="automatique"),
    ]
    return dr.compare(sample, laws, "2026", replications=40)


@pytest.fixture(scope="module")
def page(study) -> str:
    return report.render(study, day=DAY)


@pytest.fixture(scope="module")
def tree(page) -> ElementTree.Element:
    return html5lib.HTMLParser(strict=True).parse(page)


def texts(node) -> str:
    return " ".join("".join(node.itertext()).split())


def all_of(tree, name, namespace=HTML):
    return list(tree.iter(f"{namespace}{name}"))


def test_it_is_a_sound_page_in_french_with_landmarks(tree):
    assert tree.get("lang") == "fr"
    for name in ("header", "nav", "main", "footer", "h1", "title"):
        assert len(all_of(tree, name)) == 1, name
    identifiers = [one.get("id") for one in tree.iter() if one.get("id")]
    assert len(identifiers) == len(set(identifiers))
    for link in all_of(tree, "a"):
        if link.get("href").startswith("#"):
            assert link.get("href")[1:] in identifiers
    titles = [texts(one) for one in all_of(tree, "h2")]
    assert titles == [texts(one) for one in all_of(all_of(tree, "nav")[0], "a")]


def test_every_table_has_a_caption_heads_and_a_head_for_each_row(tree):
    tables = all_of(tree, "table")
    assert len(tables) > 20
    for one in tables:
        assert texts(all_of(one, "caption")[0])
        heads = all_of(all_of(one, "thead")[0], "th")
        assert all(head.get("scope") == "col" and texts(head) for head in heads)
        for body in all_of(one, "tbody"):
            for row in all_of(body, "tr"):
                first = next(iter(row))
                group = first.get("scope") == "rowgroup"
                assert group or first.get("colspan") or first.get("scope") == "row"
                if first.get("scope") == "row":
                    assert len(list(row)) == len(heads)


def test_every_chart_says_what_it_shows(tree):
    charts = all_of(tree, "svg", SVG)
    assert len(charts) >= 8
    for one in charts:
        assert one.get("role") == "img"
        named, described = one.get("aria-labelledby").split()
        told = {part.get("id"): texts(part) for part in one if part.get("id")}
        assert told[named]
        assert len(told[described]) > 40


def test_nothing_comes_from_outside(page, tree):
    for name in ("script", "link", "img", "iframe", "object", "base"):
        assert all_of(tree, name) == []
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)
    used = [one.get("{http://www.w3.org/1999/xlink}href") for one in tree.iter()]
    assert all(one.startswith("#") for one in used if one)


def test_every_figure_used_is_there_with_its_standing(study, tree):
    marked = set()
    for standing, label in LABELS.items():
        for one in all_of(tree, "table"):
            if one.get("id") == f"chiffres-{standing}":
                for row in all_of(all_of(one, "tbody")[0], "tr"):
                    cells = list(row)
                    assert label in texts(cells[0])
                    marked.add((texts(cells[-1]), standing))
    used = study.figures[["name", "standing"]].drop_duplicates()
    assert marked == set(used.itertuples(index=False, name=None))
    assert len({name for name, _ in marked}) < len(marked)  # one figure may have a standing under each law


def test_hypotheses_stand_out(tree):
    marks = [one for one in all_of(tree, "span") if "hypothese" in one.get("class", "")]
    assert len(marks) > 50
    assert {texts(one) for one in marks} == {"Hypothèse"}


def test_what_it_is_not_is_said_first(tree):
    caution = texts(all_of(tree, "header")[0])
    for sentence in (
        "Des estimations, pas des décisions",
        "Aucune réaction des comportements",
        "À prestations nationales constantes",
    ):
        assert sentence in caution


def test_every_note_of_the_study_is_told(study, tree):
    whole = texts(tree)
    assert len(study.notes) > 8
    for note in study.notes:
        assert " ".join(note.split()) in whole


def test_its_numbers_are_those_of_the_study(study, tree):
    totals = next(one for one in all_of(tree, "table") if one.get("id") == "couts-totaux")
    shown = [
        texts(list(row)[3]).removesuffix("†").strip() for row in all_of(all_of(totals, "tbody")[0], "tr")
    ]
    assert [float(one.replace(",", ".")) for one in shown] == pytest.approx(
        (study.totals["net"] / 1e6).tolist(), rel=0.01
    )


def test_margins_of_the_population_and_rules_are_told(study, tree):
    margins = next(one for one in all_of(tree, "table") if one.get("id") == "marges")
    assert len(all_of(margins, "tr")) == len(study.subjects.sample.margins) + 1
    foot = texts(all_of(tree, "footer")[0])
    assert study.rules["hash"] in foot
    assert "26 novembre 2026" in foot


def test_the_effect_of_paying_automatically_is_told(study, tree):
    effect = next(one for one in all_of(tree, "table") if one.get("id") == "automaticite")
    (row,) = all_of(all_of(effect, "tbody")[0], "tr")
    net = study.totals.set_index("law")["net"]
    assert net["automatique"] > net["plateforme"]
    assert texts(next(iter(row))) == "Plateforme des départements de gauche (juin 2021), avec non-recours"
    assert f"{(net['automatique'] - net['plateforme']) / 1e6:.1f}".replace(".", ",") in texts(row)


def test_it_is_the_same_each_time(study, page):
    assert report.render(study, day=DAY) == page


def test_names_from_outside_are_escaped():
    laws = [dr.Scenario(ONLY, label="<script>alert(1)</script>"), "rsj_lyon"]
    shown = report.render(dr.compare(table(), laws, "2026", replications=0), day=DAY)
    assert "<script>" not in shown


def test_without_incomes_it_says_so():
    people = table().drop(columns="revenu_disponible")
    shown = report.render(dr.compare(people, [ONLY], "2026", replications=0), day=DAY)
    html5lib.HTMLParser(strict=True).parse(shown)
    assert "ne dit pas le revenu disponible" in shown
    assert "Population fournie" in shown


def test_a_law_that_changes_nothing_has_a_report_too():
    shown = report.render(dr.compare(table(), "droit_en_vigueur", "2026", replications=0), day=DAY)
    html5lib.HTMLParser(strict=True).parse(shown)
    assert "Rien à montrer" in shown


def test_hypotheses_under_test_have_a_section(tmp_path):
    study = dr.compare(table(), [ONLY], "2026", replications=0)
    tested = dr.sensitivity(
        table(), {"revenu_de_base.degressivite.revenus_activite": (0.2, 0.5)}, "2026", [ONLY]
    )
    seen = []
    path = study.report(tmp_path / "report.html", sensitivity=tested, progress=lambda *now: seen.append(now))
    assert "Les hypothèses à l&#39;épreuve" in path.read_text()
    assert seen[0] == (0, 14)
    assert len(seen) == 14


def test_a_report_that_cannot_be_written_is_refused(tmp_path):
    study = dr.compare(table(), [ONLY], "2026", replications=0)
    with pytest.raises(dr.DeptRulesError, match="cannot be written"):
        study.report(tmp_path / "nowhere" / "report.html")


def test_why_some_have_nothing_is_told_of_the_main_benefit_of_each_law(tree):
    why = next(one for one in all_of(tree, "table") if one.get("id") == "pourquoi-sans-rien")
    titles = [texts(one) for one in all_of(why, "th") if one.get("scope") == "rowgroup"]
    assert titles[0] == "Revenu de solidarité jeunes de la Métropole de Lyon : Revenu jeunes départemental"
    assert all(title.endswith(" : Revenu de base") for title in titles[1:])


def test_who_reads_the_first_lines_knows_the_people_are_invented_and_how_sure_a_change_is(study, tree):
    brief = texts(next(one for one in all_of(tree, "section") if one.get("aria-labelledby") == "bref"))
    assert "des ménages inventés" in brief
    assert "intervalle du changement" in brief
    (counted,) = [note for note in study.notes if note.endswith("sont des hypothèses de ce projet.")]
    assert counted.removesuffix(" de ce projet.") in brief  # whatever the order of the laws
    given = report.render(dr.compare(table(), [ONLY], "2026", replications=0), day=DAY)
    assert "inventés, pondérés" not in given


def test_what_opens_at_25_and_is_not_simulated_is_said_beside_birthdays(page):
    assert "le RSA, qui s'ouvre à 25\u00a0ans, n'est pas simulé" in page.replace("&#39;", "'")


def test_margins_are_told_in_words(study, tree):
    margins = next(one for one in all_of(tree, "table") if one.get("id") == "marges")
    heads = [texts(next(iter(row))) for row in all_of(all_of(margins, "tbody")[0], "tr")]
    assert any(one.endswith("en études, chez leurs parents") for one in heads)
    assert any(one.endswith(" : A et B") for one in heads)
    assert not any(one.endswith(" : ensemble") for one in heads)
    assert "Meurthe-et-Moselle" in texts(margins)
    assert "(2018) (2018)" not in texts(margins)


def test_laws_of_bare_figures_are_told_apart_without_raw_names():
    slopes = [{"revenu_de_base.degressivite.revenus_activite": {"2026-01-01": one}} for one in (0.4, 0.5)]
    shown = texts(html5lib.parse(report.render(dr.compare(table(), slopes, "2026", replications=0), day=DAY)))
    assert "Réforme sur mesure (1)" in shown
    assert "Réforme sur mesure (2)" in shown
    assert "sur_mesure" not in shown
