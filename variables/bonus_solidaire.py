"""Bonus solidaire : une somme forfaitaire pour les étudiants qui donnent du temps à des personnes âgées.

Engagement 4 de la plateforme de juin 2021. Un département peut le créer sans loi ; aucun
dispositif de ce nom n'a été trouvé.

Ouvre droit au bonus de l'année civile la personne :
1. qui étudie dans l'enseignement supérieur au moins un mois de l'année ;
2. qui a l'âge minimal et n'a pas dépassé l'âge maximal au moins un mois de l'année ;
3. qui a donné dans l'année au moins les heures du premier engagement ;
4. dont le temps donné est attesté par la structure d'accueil.

Le montant est celui de l'engagement tenu : il ne croît pas d'heure en heure. Il ne dépend
d'aucun revenu, revenu de base compris. Les mois de l'étude et de l'âge peuvent différer (choix).
Les chiffres sont ceux du 1er janvier : la première année du bonus est 2022.

Non modélisé : le risque qu'une somme proportionnée aux heures soit requalifiée en salaire, d'où le
forfait ; la convention avec la structure d'accueil, l'assurance et la formation des bénévoles ;
l'usage imposé de la somme (permis, études, logement) que prévoient certains départements.
"""

from dept_rules.base import (
    ADD,
    MONTH,
    YEAR,
    Appreciation,
    Benefit,
    Individu,
    Judgement,
    Variable,
    bareme,
)

PLATEFORME = "Douze engagements des départements de gauche 2021-2027 (juin 2021), engagement 4"


class bonus_solidaire_age_requis(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir l'âge du bonus solidaire au premier jour du mois"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        limites = parameters(period).bonus_solidaire.age
        age = individu("age", period)
        return (age >= limites.minimum) & (age <= limites.maximum)


class bonus_solidaire_condition_statut(Variable):
    value_type = bool
    entity = Individu
    definition_period = YEAR
    label = "Étudier dans l'enseignement supérieur au moins un mois de l'année"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("etudiant", period, options=[ADD]) > 0


class bonus_solidaire_condition_age(Variable):
    value_type = bool
    entity = Individu
    definition_period = YEAR
    label = "Avoir, au moins un mois de l'année, l'âge minimal sans dépasser l'âge maximal"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("bonus_solidaire_age_requis", period, options=[ADD]) > 0


class bonus_solidaire_condition_heures(Variable):
    value_type = bool
    entity = Individu
    definition_period = YEAR
    label = "Avoir donné au moins les heures du premier engagement"
    reference = PLATEFORME

    def formula(individu, period):
        return individu("bonus_solidaire_forfait", period) > 0


class bonus_solidaire_condition_attestation(Variable):
    value_type = bool
    entity = Individu
    definition_period = YEAR
    label = "Avoir donné ce temps volontairement, auprès de personnes âgées"
    reference = PLATEFORME
    judgement = Judgement(
        by="le département",
        on="attestation de la structure d'accueil (association, commune, établissement)",
        answer="attestation_heures_personnes_agees",
    )

    def formula(individu, period):
        return individu("attestation_heures_personnes_agees", period) != Appreciation.non


class bonus_solidaire_eligibilite(Variable):
    value_type = bool
    entity = Individu
    definition_period = YEAR
    label = "Remplir les conditions du bonus solidaire"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        return (
            parameters(period).bonus_solidaire.applique
            & individu("bonus_solidaire_condition_statut", period)
            & individu("bonus_solidaire_condition_age", period)
            & individu("bonus_solidaire_condition_heures", period)
            & individu("bonus_solidaire_condition_attestation", period)
        )


class bonus_solidaire_forfait(Variable):
    value_type = float
    entity = Individu
    definition_period = YEAR
    unit = "EUR/year"
    label = "Forfait de l'engagement tenu"
    reference = PLATEFORME

    def formula(individu, period, parameters):
        heures = individu("heures_aupres_de_personnes_agees", period)
        return bareme(parameters(period).bonus_solidaire.forfait, heures)


class bonus_solidaire(Variable):
    value_type = float
    entity = Individu
    definition_period = YEAR
    unit = "EUR/year"
    label = "Bonus solidaire"
    reference = PLATEFORME
    benefit = Benefit(applies="bonus_solidaire.applique")

    def formula(individu, period):
        return individu("bonus_solidaire_forfait", period) * individu("bonus_solidaire_eligibilite", period)
