"""Aide au logement du contrat jeune majeur : un montant mensuel pour qui commence à gagner sa vie.

Hypothèse rattachée à l'engagement 8 de la plateforme, empruntée à l'aide au quittancement de la
Métropole de Lyon (2025).

Ouvre droit à l'aide la personne :
1. qui relève du contrat jeune majeur, par la loi ou par l'extension après 21 ans ;
2. que l'ASE accompagne ou a accompagnée, mineure ou jeune majeure ;
3. dont le département a décidé la prise en charge ;
4. dont les revenus d'activité du mois atteignent le minimum et n'atteignent pas le maximum ;
5. qui a un loyer ou une redevance à payer, ce qui s'apprécie sur pièce ;
6. qui ne reçoit pas la garantie études, laquelle couvre le logement (choix) ;
7. qui n'a pas encore reçu l'aide pendant toute sa durée.

La durée court de mois en mois depuis la date de début, que l'aide ait été versée chaque mois ou non.

Non modélisé : le versement au bailleur.
"""

from dept_rules.base import MONTH, Appreciation, Benefit, Individu, Judgement, Variable, mois_depuis

PLATEFORME = "Douze engagements des départements de gauche 2021-2027 (juin 2021), engagement 8"


class contrat_jeune_majeur_aide_logement_condition_accompagnement(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Relever du contrat jeune majeur, par la loi ou par l'extension après 21 ans"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("contrat_jeune_majeur_accompagnement", period)


class contrat_jeune_majeur_aide_logement_condition_parcours(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir été accompagné par l'aide sociale à l'enfance, mineur ou jeune majeur"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("parcours_ase", period)


class contrat_jeune_majeur_aide_logement_condition_decision(Variable):
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


class contrat_jeune_majeur_aide_logement_condition_revenus(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir des revenus d'activité d'au moins le minimum et strictement sous le maximum"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        limites = parameters(period).contrat_jeune_majeur.aide_logement.revenus_activite
        revenus = individu("revenus_activite", period)
        return (revenus >= limites.minimum) & (revenus < limites.maximum_exclu)


class contrat_jeune_majeur_aide_logement_condition_quittance(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir un loyer ou une redevance à payer"
    reference = PLATEFORME
    judgement = Judgement(
        by="le département",
        on="quittance, bail ou contrat de résidence",
        answer="quittance_a_payer",
    )

    def formula(individu, period):
        return individu("quittance_a_payer", period) != Appreciation.non


class contrat_jeune_majeur_aide_logement_condition_sans_garantie_etudes(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Ne pas recevoir la garantie études"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("contrat_jeune_majeur_garantie_etudes", period) <= 0


class contrat_jeune_majeur_aide_logement_condition_duree(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir commencé à recevoir l'aide et ne pas en avoir épuisé la durée"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        duree = parameters(period).contrat_jeune_majeur.aide_logement.duree_maximale
        ecoules = mois_depuis(individu("contrat_jeune_majeur_aide_logement_date_debut", period), period)
        verses = individu("contrat_jeune_majeur_aide_logement_mois_deja_verses", period) + ecoules
        return (ecoules >= 0) & (verses < duree)


class contrat_jeune_majeur_aide_logement_eligibilite(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Remplir les conditions de l'aide au logement du contrat jeune majeur"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        return (
            parameters(period).contrat_jeune_majeur.aide_logement.applique
            & individu("contrat_jeune_majeur_aide_logement_condition_accompagnement", period)
            & individu("contrat_jeune_majeur_aide_logement_condition_parcours", period)
            & individu("contrat_jeune_majeur_aide_logement_condition_decision", period)
            & individu("contrat_jeune_majeur_aide_logement_condition_revenus", period)
            & individu("contrat_jeune_majeur_aide_logement_condition_quittance", period)
            & individu("contrat_jeune_majeur_aide_logement_condition_sans_garantie_etudes", period)
            & individu("contrat_jeune_majeur_aide_logement_condition_duree", period)
        )


class contrat_jeune_majeur_aide_logement(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Aide au logement du contrat jeune majeur"
    reference = PLATEFORME
    benefit = Benefit(
        applies="contrat_jeune_majeur.aide_logement.applique",
        cliffs=(
            "L'aide apparaît en entier quand les revenus d'activité atteignent leur minimum.",
            "L'aide apparaît en entier quand les revenus épuisent la garantie études.",
            "L'aide se perd en entier quand les revenus d'activité atteignent leur maximum.",
        ),
    )

    def formula(individu, period, parameters):
        montant = parameters(period).contrat_jeune_majeur.aide_logement.montant
        return montant * individu("contrat_jeune_majeur_aide_logement_eligibilite", period)
