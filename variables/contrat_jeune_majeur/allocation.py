"""Allocation du contrat jeune majeur : un montant mensuel selon les ressources.

Hypothèse rattachée à l'engagement 8 de la plateforme, qui promet un suivi sans chiffrer d'allocation.
Le barème est emprunté à la Métropole de Lyon (2025).

Ouvre droit à l'allocation la personne :
1. qui relève du contrat jeune majeur, par la loi ou par l'extension après 21 ans ;
2. que l'ASE accompagne ou a accompagnée, mineure ou jeune majeure ;
3. dont le département a décidé la prise en charge ;
4. qui ne reçoit pas la garantie études, qui la remplace (choix) ;
5. dont les ressources du mois restent sous le plafond du barème.

Le revenu de base ne compte pas dans les ressources.

Jeunes parents : aucun barème départemental n'a été trouvé, et le RSA majoré est déjà ouvert à un
parent de moins de 25 ans (CASF L262-4, 1°). La majoration par enfant est donc nulle par défaut.

Non modélisé : l'aide à l'équipement de Lyon (200 € par an) ; les allocations mensuelles de l'ASE
(CASF L222-2), que chaque département fixe.
"""

from dept_rules.base import (
    MONTH,
    Appreciation,
    Benefit,
    Famille,
    Individu,
    Judgement,
    Variable,
    bareme,
    not_,
)

PLATEFORME = "Douze engagements des départements de gauche 2021-2027 (juin 2021), engagement 8"


class contrat_jeune_majeur_accompagnement(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Relever du contrat jeune majeur, par la loi ou par l'extension après 21 ans"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("contrat_jeune_majeur", period) | individu("contrat_jeune_majeur_extension", period)


class contrat_jeune_majeur_allocation_bareme(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Montant du barème, selon les ressources du mois"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        montants = parameters(period).contrat_jeune_majeur.allocation.bareme
        return bareme(montants, individu("ressources_propres", period))


class contrat_jeune_majeur_allocation_condition_accompagnement(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Relever du contrat jeune majeur, par la loi ou par l'extension après 21 ans"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("contrat_jeune_majeur_accompagnement", period)


class contrat_jeune_majeur_allocation_condition_parcours(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir été accompagné par l'aide sociale à l'enfance, mineur ou jeune majeur"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("parcours_ase", period)


class contrat_jeune_majeur_allocation_condition_decision(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Être pris en charge comme jeune majeur, par décision du département"
    reference = PLATEFORME
    judgement = Judgement(
        by="le département",
        on="la demande de prise en charge",
        answer="decision_jeune_majeur",
    )

    def formula(individu, period):
        return individu("decision_jeune_majeur", period) != Appreciation.non


class contrat_jeune_majeur_allocation_condition_sans_garantie_etudes(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Ne pas recevoir la garantie études"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("contrat_jeune_majeur_garantie_etudes", period) <= 0


class contrat_jeune_majeur_allocation_condition_ressources(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir des ressources strictement sous le plafond du barème"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("contrat_jeune_majeur_allocation_bareme", period) > 0


class contrat_jeune_majeur_allocation_eligibilite(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Remplir les conditions de l'allocation du contrat jeune majeur"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        return (
            parameters(period).contrat_jeune_majeur.allocation.applique
            & individu("contrat_jeune_majeur_allocation_condition_accompagnement", period)
            & individu("contrat_jeune_majeur_allocation_condition_parcours", period)
            & individu("contrat_jeune_majeur_allocation_condition_decision", period)
            & individu("contrat_jeune_majeur_allocation_condition_sans_garantie_etudes", period)
            & individu("contrat_jeune_majeur_allocation_condition_ressources", period)
        )


class contrat_jeune_majeur_allocation(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Allocation du contrat jeune majeur"
    reference = PLATEFORME
    benefit = Benefit(
        applies="contrat_jeune_majeur.allocation.applique",
        cliffs=(
            "Le premier euro de ressources fait passer du montant sans ressources à celui des faibles ressources.",
            "Atteindre le plafond du barème fait perdre toute l'allocation.",
        ),
    )

    def formula(individu, period, parameters):
        majoration = parameters(period).contrat_jeune_majeur.allocation.majoration_par_enfant
        mineurs = individu.famille.sum(not_(individu("majeur", period)), role=Famille.ENFANT)
        montant = (
            individu("contrat_jeune_majeur_allocation_bareme", period)
            + individu.has_role(Famille.PARENT) * mineurs * majoration
        )
        return montant * individu("contrat_jeune_majeur_allocation_eligibilite", period)
