"""Aide à l'accompagnement de la rénovation : ce qui reste à payer de l'accompagnateur, jusqu'à un maximum.

Engagement 7 de la plateforme de juin 2021. Montant emprunté à la Côte-d'Or (2024).

Ouvre droit à l'aide, l'année de la demande, le ménage :
1. qui remplit les conditions de l'aide à la rénovation énergétique sur la demande, le logement et les
   travaux ;
2. dont la catégorie de revenus est aidée ;
3. dont le projet est accepté ;
4. à qui l'accompagnement laisse quelque chose à payer, une fois déduites la part nationale (depuis 2024) et
   les autres aides.

L'aide est le reste à payer, dans la limite du maximum.

Choix : avant 2024, la part que l'Anah payait de l'assistance à maîtrise d'ouvrage n'a pas été lue ; elle
se déclare avec les autres aides. La précarité énergétique, qui double le coût que l'État prend en compte
pour les ménages très modestes, est celle que détecte le département.

Non modélisé : l'agrément de l'accompagnateur ; l'habitat indigne.
"""

from dept_rules.base import YEAR, Benefit, Menage, Variable, grille, max_, min_

PLATEFORME = "Douze engagements des départements de gauche 2021-2027 (juin 2021), engagement 7"


class aide_accompagnement_renovation_condition_renovation(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Demander dans l'année une rénovation que le département aide"
    reference = PLATEFORME

    def formula(menage, period):
        return menage("aide_renovation_energetique_renovation_aidee", period)


class aide_accompagnement_renovation_condition_categorie(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Appartenir à une catégorie de revenus aidée"
    reference = PLATEFORME

    def formula(menage, period, parameters):
        maximum = parameters(period).aide_accompagnement_renovation.maximum
        return grille(maximum, menage("categorie_revenus_anah", period)) > 0


class aide_accompagnement_renovation_reste_a_payer(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Reste à payer de l'accompagnement, après la part nationale et les autres aides"
    reference = PLATEFORME

    def formula(menage, period):
        aides = menage("maprimerenov_part_accompagnement", period) + menage(
            "autres_aides_accompagnement_renovation", period
        )
        return max_(menage("cout_accompagnement_renovation", period) - aides, 0)


class aide_accompagnement_renovation_condition_reste_a_payer(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Avoir un reste à payer sur l'accompagnement"
    reference = PLATEFORME

    def formula(menage, period):
        return menage("aide_accompagnement_renovation_reste_a_payer", period) > 0


class aide_accompagnement_renovation_eligibilite(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Remplir les conditions de l'aide à l'accompagnement de la rénovation"
    reference = PLATEFORME

    def formula(menage, period, parameters):
        return (
            parameters(period).aide_accompagnement_renovation.applique
            & menage("aide_accompagnement_renovation_condition_renovation", period)
            & menage("aide_accompagnement_renovation_condition_categorie", period)
            & menage("aide_renovation_energetique_condition_projet", period)
            & menage("aide_accompagnement_renovation_condition_reste_a_payer", period)
        )


class aide_accompagnement_renovation(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Aide à l'accompagnement de la rénovation"
    reference = PLATEFORME
    benefit = Benefit(
        applies="aide_accompagnement_renovation.applique",
        cliffs=(
            "Au-dessus du plafond des ménages modestes, l'aide est perdue en entier, deux ans après le revenu.",
            "La part nationale baisse au plafond des ménages très modestes, ou quand un ménage très modeste "
            "n'est plus en précarité énergétique : le reste à payer augmente, et l'aide avec lui.",
        ),
    )

    def formula(menage, period, parameters):
        maximum = parameters(period).aide_accompagnement_renovation.maximum
        aide = min_(
            grille(maximum, menage("categorie_revenus_anah", period)),
            menage("aide_accompagnement_renovation_reste_a_payer", period),
        )
        return aide * menage("aide_accompagnement_renovation_eligibilite", period)
