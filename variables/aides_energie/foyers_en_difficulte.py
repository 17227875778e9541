"""Aide aux foyers les plus en difficulté : quelques points de plus pour rénover, aux revenus les plus bas.

Engagement 7 de la plateforme de juin 2021, qui ne donne ni seuil ni montant. Hypothèse empruntée à Angers
Loire Métropole (2024), qui distingue une catégorie « très très modeste » et lui donne un taux plus haut.

Ouvre droit à l'aide le ménage :
1. à qui l'aide à la rénovation énergétique est ouverte, plafond national mis à part ;
2. dont le projet est accepté ;
3. dont les ressources ne dépassent pas une part du plafond des ménages très modestes ;
4. qui est en précarité énergétique (choix) ;
5. à qui le plafond national laisse de la place après l'aide à la rénovation énergétique.

L'aide est une part des travaux que retient l'aide à la rénovation énergétique, limitée comme elle à la
place restante ; ce que l'État reprendrait sinon est donné à part.

Non modélisé : l'aide que les commissions donnent cas par cas (auto-réhabilitation, avance, reliquat).
"""

from dept_rules.base import YEAR, Benefit, Menage, Offset, Variable, arrondi, clip, max_, min_, not_, where

PLATEFORME = "Douze engagements des départements de gauche 2021-2027 (juin 2021), engagement 7"
ANGERS = "Angers Loire Métropole, aide à la rénovation (2024)"


class aide_foyers_en_difficulte_condition_renovation(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Avoir l'aide à la rénovation énergétique, plafond national mis à part"
    reference = PLATEFORME

    def formula(menage, period):
        return menage("aide_renovation_energetique_entiere", period) > 0


class aide_foyers_en_difficulte_condition_ressources(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Avoir des ressources très inférieures au plafond des ménages très modestes"
    reference = ANGERS

    def formula(menage, period, parameters):
        part = parameters(period).aide_foyers_en_difficulte.part_plafond_tres_modeste
        plafond = arrondi(part * menage("plafond_anah_tres_modeste", period), 0)
        return menage("ressources_anah", period) <= plafond


class aide_foyers_en_difficulte_condition_precarite(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Être en précarité énergétique"
    reference = PLATEFORME

    def formula(menage, period):
        return menage("precarite_energetique", period)


class aide_foyers_en_difficulte_place_restante(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Place restante sous le plafond national après l'aide à la rénovation énergétique"
    reference = PLATEFORME

    def formula(menage, period):
        aide = menage("aide_renovation_energetique", period)
        return max_(menage("maprimerenov_place_restante", period) - aide, 0)


class aide_foyers_en_difficulte_condition_place(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Garder de la place sous le plafond national après l'aide à la rénovation énergétique"
    reference = PLATEFORME

    def formula(menage, period, parameters):
        limitee = parameters(period).aide_renovation_energetique.limitee_a_la_place
        return (menage("aide_foyers_en_difficulte_place_restante", period) > 0) | not_(limitee)


class aide_foyers_en_difficulte_eligibilite(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Remplir les conditions de l'aide aux foyers les plus en difficulté"
    reference = PLATEFORME

    def formula(menage, period, parameters):
        return (
            parameters(period).aide_foyers_en_difficulte.applique
            & menage("aide_foyers_en_difficulte_condition_renovation", period)
            & menage("aide_renovation_energetique_condition_projet", period)
            & menage("aide_foyers_en_difficulte_condition_ressources", period)
            & menage("aide_foyers_en_difficulte_condition_precarite", period)
            & menage("aide_foyers_en_difficulte_condition_place", period)
        )


class aide_foyers_en_difficulte_entiere(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Aide aux foyers les plus en difficulté avant que le plafond national la limite"
    reference = PLATEFORME

    def formula(menage, period, parameters):
        aide = parameters(period).aide_foyers_en_difficulte
        ouverte = (
            aide.applique
            & menage("aide_foyers_en_difficulte_condition_renovation", period)
            & menage("aide_foyers_en_difficulte_condition_ressources", period)
            & menage("aide_foyers_en_difficulte_condition_precarite", period)
        )
        return (
            aide.taux_supplementaire * menage("aide_renovation_energetique_travaux_retenus", period) * ouverte
        )


class aide_foyers_en_difficulte_reprise_etat(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Part de MaPrimeRénov' que l'État reprendrait en plus si cette aide n'était pas limitée"
    reference = PLATEFORME

    def formula(menage, period):
        entieres = menage("aide_renovation_energetique_entiere", period) + menage(
            "aide_foyers_en_difficulte_entiere", period
        )
        depassement = entieres - menage("maprimerenov_place_restante", period)
        reprise = clip(depassement, 0, menage("maprimerenov_ecretee", period))
        return reprise - menage("aide_renovation_energetique_reprise_etat", period)


class aide_foyers_en_difficulte_reprise_subie(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Part de MaPrimeRénov' que l'État reprend en plus, l'aide n'étant pas limitée"
    reference = PLATEFORME

    def formula(menage, period, parameters):
        limitee = parameters(period).aide_renovation_energetique.limitee_a_la_place
        reprise = where(limitee, 0, menage("aide_foyers_en_difficulte_reprise_etat", period))
        return reprise * menage("aide_foyers_en_difficulte_eligibilite", period)


class aide_foyers_en_difficulte(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Aide aux foyers les plus en difficulté"
    reference = PLATEFORME
    benefit = Benefit(
        applies="aide_foyers_en_difficulte.applique",
        beside=("aide_foyers_en_difficulte_reprise_etat",),
        offsets=(Offset("aide_foyers_en_difficulte_reprise_subie", payer="etat"),),
        cliffs=(
            "Au-dessus de la part retenue du plafond des ménages très modestes, l'aide est perdue en entier, deux "
            "ans après le revenu.",
            "Un revenu qui fait sortir de la précarité énergétique fait perdre toute l'aide.",
        ),
    )

    def formula(menage, period, parameters):
        limitee = parameters(period).aide_renovation_energetique.limitee_a_la_place
        entiere = menage("aide_foyers_en_difficulte_entiere", period)
        place = menage("aide_foyers_en_difficulte_place_restante", period)
        aide = where(limitee, min_(entiere, place), entiere)
        return aide * menage("aide_foyers_en_difficulte_eligibilite", period)
