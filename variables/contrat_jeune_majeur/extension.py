"""Contrat jeune majeur après 21 ans : la prise en charge continue, ou reprend, jusqu'à 25 ans.

Engagement 8 de la plateforme de juin 2021. Proposition : la loi s'arrête à 21 ans, mais un
département peut aller plus loin, comme la Loire-Atlantique de 2020 à 2024.

Ouvre droit à l'extension la personne :
1. qui a atteint l'âge où la loi s'arrête et n'a pas atteint l'âge maximal : celui de l'extension si
   elle est encore prise en charge, celui du droit au retour si elle est sortie ;
2. que l'ASE a accompagnée, mineure ou jeune majeure ;
3. qui en a besoin, ce que le département apprécie.

Le texte n'écarte pas les personnes sous obligation de quitter le territoire : elles ne le sont pas ici.

Non modélisé : le contenu de l'accompagnement (hébergement, emploi, entraide, parentalité) ; la durée
de la prise en charge qui reprend.
"""

from dept_rules.base import MONTH, Appreciation, Benefit, Individu, Judgement, Variable, where

PLATEFORME = "Douze engagements des départements de gauche 2021-2027 (juin 2021), engagement 8"


class contrat_jeune_majeur_extension_condition_age(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir atteint l'âge où la loi s'arrête et pas encore l'âge maximal"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        regles = parameters(period).contrat_jeune_majeur
        age = individu("age", period)
        maximum_exclu = where(
            individu("ase_prise_en_charge_en_cours", period),
            regles.extension.age_maximum_exclu,
            regles.extension.age_maximum_exclu_retour,
        )
        return (age >= regles.age_maximum_exclu) & (age < maximum_exclu)


class contrat_jeune_majeur_extension_condition_parcours(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir été accompagné par l'aide sociale à l'enfance, mineur ou jeune majeur"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("parcours_ase", period)


class contrat_jeune_majeur_extension_condition_besoin(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Manquer de ressources ou de soutien familial"
    reference = PLATEFORME
    judgement = Judgement(
        by="le département",
        on="l'évaluation de la situation et le projet pour l'autonomie",
        answer="ressources_ou_soutien_insuffisants",
    )

    def formula(individu, period):
        return individu("ressources_ou_soutien_insuffisants", period) != Appreciation.non


class contrat_jeune_majeur_extension_eligibilite(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Remplir les conditions du contrat jeune majeur après 21 ans"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        return (
            parameters(period).contrat_jeune_majeur.extension.applique
            & individu("contrat_jeune_majeur_extension_condition_age", period)
            & individu("contrat_jeune_majeur_extension_condition_parcours", period)
            & individu("contrat_jeune_majeur_extension_condition_besoin", period)
        )


class contrat_jeune_majeur_extension(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Contrat jeune majeur après 21 ans et droit au retour"
    reference = PLATEFORME
    benefit = Benefit(
        applies="contrat_jeune_majeur.extension.applique",
        beside=("contrat_jeune_majeur_departement_competent",),
    )

    def formula(individu, period):
        return individu("contrat_jeune_majeur_extension_eligibilite", period)
