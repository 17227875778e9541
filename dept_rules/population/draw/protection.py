"""Young people of child protection, and what agents have judged of each person.

A condition that an agent judges counts as met where nobody judged it: left unanswered, every
young adult would be owed a contrat jeune majeur or a CAPA. Each is therefore answered here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dept_rules.entities import Famille
from dept_rules.enums import Appreciation, ContratEnCours, Departement, Hebergement
from dept_rules.population.draw.activity import is_
from dept_rules.population.draw.draft import STRATA, Draft, Mask, band, by_band, index, indices
from dept_rules.population.draw.resources import OTHER, REPLACEMENT, WORK, monthly


def protect(draft: Draft) -> None:
    """Draw who is, or was, in the care of child protection (ASE)."""
    shares, size = draft.book["anciens_de_l_ase"], draft.count
    current = _in_care(draft)
    former = ~current & draft.adult & draft.chance(by_band(draft.age, shares))
    known = current | former
    left = former & (draft.age >= shares["age_ancien_contrat"])
    studies = is_(draft, "etudiant", "eleve", "apprenti")
    people = draft.people
    people["ase_prise_en_charge_en_cours"] = current
    people["ase_avant_majorite"] = known
    people["ancien_contrat_jeune_majeur"] = left & draft.chance(shares["ancien_contrat"])
    people["annee_scolaire_engagee_sous_ase"] = current & studies & draft.chance(shares["etudes_engagees"])
    people["obligation_quitter_territoire"] = known & draft.chance(shares["obligation_quitter"])
    here = known & ~draft.chance(shares["ailleurs"])
    members: Any = Departement
    people["departement_ase"] = draft.choose(
        "departement_ase",
        [(here, members[f"d{draft.book.departement}"])],
        Departement.non_renseigne,
        size,
    )
    people["contrat_en_cours"][current] = index(ContratEnCours, "contrat_jeune_majeur")
    people["contrat_engagement_jeune"][current] = 0.0


def _in_care(draft: Draft) -> Mask:
    """Draw who is in care: those of its homes, and a share of other young adults who live on their own."""
    placed = draft.stratum[draft.menage] == STRATA.index("ase")
    targets = draft.book.margins["jeunes_en_prise_en_charge_ase"].values
    aged = band(draft.age, list(targets)) >= 0
    alone = draft.people["hebergement"] == index(Hebergement, "autonome")
    elsewhere = draft.book["ase_hors_du_lieu_d_accueil"]["part"] / 100
    out = aged & ~placed & alone
    wanted = by_band(draft.age, targets)[aged].sum() * elsewhere
    return np.asarray(placed | (out & draft.chance(wanted / max(out.sum(), 1))))


def judge(draft: Draft) -> None:
    """Draw what agents judged, and what people asked of them."""
    book, people = draft.book, draft.people
    shares, costs = book["decisions"], book["capa_projet"]
    known, young = people["ase_avant_majorite"], draft.young
    unhelped = young & (people["pensions_alimentaires_percues"] == 0)
    poor = monthly(draft, (*WORK, *REPLACEMENT, *OTHER)) < shares["precarite_plafond"]
    quotient = draft.families["quotient_familial"][draft.groups[Famille.key].member_of]
    signed = young & draft.chance(shares["capa_projet"])
    pays = np.isin(people["hebergement"], indices(Hebergement, ("autonome", "foyer")))
    answers = {
        "decision_jeune_majeur": known & draft.chance(shares["jeune_majeur"]),
        "ressources_ou_soutien_insuffisants": known & draft.chance(shares["besoin"]),
        "regularite_sejour": ~draft.chance(shares["sejour_irregulier"]),
        "capa_projet_signe": signed,
        "capa_aide_projet_accordee": signed & draft.chance(shares["capa_aide"]),
        "quittance_a_payer": draft.adult & pays,
        "assiduite_etudes": is_(draft, "etudiant", "eleve", "apprenti"),
        "sans_soutien_financier": unhelped & draft.chance(shares["sans_soutien_jeune"]),
        "precarite_appreciee": unhelped & poor,
        "famille_sous_plafond": quotient < shares["famille_plafond"],
        "revenu_jeunes_departemental_renouvele": young & draft.chance(shares["renouvele"]),
    }
    for name, yes in answers.items():
        _answer(draft, name, yes)
    people["capa_cout_projet"] = signed * draft.rng.uniform(costs["minimum"], costs["maximum"], draft.count)
    _volunteer(draft)


def _volunteer(draft: Draft) -> None:
    figures = draft.book["benevolat"]
    gives = is_(draft, "etudiant") & draft.chance(figures["part"])
    hours = np.rint(draft.rng.uniform(figures["minimum"], figures["maximum"], draft.count))
    draft.people["heures_aupres_de_personnes_agees"] = gives * hours
    _answer(draft, "attestation_heures_personnes_agees", gives & draft.chance(figures["atteste"]))


def _answer(draft: Draft, name: str, yes: Mask) -> None:
    draft.people[name] = draft.choose(name, [(yes, Appreciation.oui)], Appreciation.non, draft.count)
