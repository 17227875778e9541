"""Young people of child protection, and what agents have judged of each person.

A condition that an agent judges counts as met where nobody judged it: left unanswered, every
young adult would be owed a contrat jeune majeur or a CAPA. Each is therefore answered here.
"""

from __future__ import annotations

import numpy as np

from dept_rules.enums import Appreciation, ContratEnCours, Departement, Hebergement
from dept_rules.population.draw.draft import STRATA, Draft, Mask, by_band
from dept_rules.population.draw.resources import is_, monthly
from dept_rules.population.draw.transfers import OTHER, WORK


def protect(draft: Draft) -> None:
    """Draw who is, or was, in the care of child protection (ASE)."""
    book, age, size = draft.book, draft.age, draft.count
    placed = draft.stratum[draft.menage] == STRATA.index("ase")
    adults = (age >= 18) & (age <= 20)
    target = book.margins["jeunes_en_prise_en_charge_ase"].values["18-20"]
    elsewhere = book["ase_hors_du_lieu_d_accueil"]["part"]
    lives_out = adults & ~placed & draft.member("hebergement", Hebergement.autonome)
    rate = target * elsewhere / 100 * adults.sum() / max(lives_out.sum(), 1)
    current = placed | (lives_out & draft.chance(rate))
    shares = book["anciens_de_l_ase"]
    former = ~current & (age >= 18) & (age <= 24) & draft.chance(by_band(age, shares))
    known = current | former
    draft.people["ase_prise_en_charge_en_cours"] = current
    draft.people["ase_avant_majorite"] = known
    draft.people["ancien_contrat_jeune_majeur"] = (
        former & (age >= 19) & draft.chance(shares["ancien_contrat"])
    )
    studies = is_(draft, "etudiant", "eleve", "apprenti")
    draft.people["annee_scolaire_engagee_sous_ase"] = (
        current & studies & draft.chance(shares["etudes_engagees"])
    )
    draft.people["obligation_quitter_territoire"] = known & draft.chance(shares["obligation_quitter"])
    other = known & draft.chance(shares["ailleurs"])
    draft.people["departement_ase"] = draft.choose(
        "departement_ase",
        [(known & ~other, Departement[f"d{book.departement}"])],
        Departement.non_renseigne,
        size,
    )
    draft.people["contrat_en_cours"][current] = ContratEnCours.contrat_jeune_majeur.index
    draft.people["contrat_engagement_jeune"][current] = 0.0


def judge(draft: Draft) -> None:
    """Draw what agents judged, and what people asked of them."""
    book, age = draft.book, draft.age
    shares = book["decisions"]
    adult, young = age >= 18, (age >= 18) & (age <= 24)
    known = draft.people["ase_avant_majorite"]
    _answer(draft, "decision_jeune_majeur", known & draft.chance(shares["jeune_majeur"]))
    _answer(draft, "ressources_ou_soutien_insuffisants", known & draft.chance(shares["besoin"]))
    _answer(draft, "regularite_sejour", ~draft.chance(shares["sejour_irregulier"]))
    signed = young & draft.chance(shares["capa_projet"])
    _answer(draft, "capa_projet_signe", signed)
    _answer(draft, "capa_aide_projet_accordee", signed & draft.chance(shares["capa_aide"]))
    costs = book["capa_projet"]
    spent = draft.rng.uniform(costs["minimum"], costs["maximum"], draft.count)
    draft.people["capa_cout_projet"] = np.where(signed, spent, 0.0)
    pays = np.isin(draft.people["hebergement"], (Hebergement.autonome.index, Hebergement.foyer.index))
    _answer(draft, "quittance_a_payer", adult & pays)
    _answer(draft, "assiduite_etudes", is_(draft, "etudiant", "eleve", "apprenti"))
    unhelped = draft.people["pensions_alimentaires_percues"] == 0
    _answer(draft, "sans_soutien_financier", young & unhelped & draft.chance(shares["sans_soutien_jeune"]))
    poor = monthly(draft, (*WORK, *OTHER, "chomage_net")) < 500
    _answer(draft, "precarite_appreciee", young & poor & unhelped)
    family = draft.groups["famille"].member_of
    _answer(draft, "famille_sous_plafond", draft.families["quotient_familial"][family] < 1000)
    _answer(draft, "revenu_jeunes_departemental_renouvele", young & draft.chance(shares["renouvele"]))
    _volunteer(draft)


def _volunteer(draft: Draft) -> None:
    figures = draft.book["benevolat"]
    gives = is_(draft, "etudiant") & draft.chance(figures["part"])
    hours = np.rint(draft.rng.uniform(figures["minimum"], figures["maximum"], draft.count))
    draft.people["heures_aupres_de_personnes_agees"] = np.where(gives, hours, 0.0)
    _answer(draft, "attestation_heures_personnes_agees", gives & draft.chance(figures["atteste"]))


def _answer(draft: Draft, name: str, yes: Mask) -> None:
    draft.people[name] = draft.choose(name, [(yes, Appreciation.oui)], Appreciation.non, draft.count)
