"""Qui est la personne : naissance, âge, couple, séjour."""

from datetime import date

from dept_rules.base import (
    ETERNITY,
    MONTH,
    Appreciation,
    Enum,
    Individu,
    StatutMarital,
    Variable,
    mois_revolus,
)


class date_naissance(Variable):
    value_type = date
    entity = Individu
    definition_period = ETERNITY
    label = "Date de naissance"
    question = "Quelle est la date de naissance ?"
    question_vous = "Quelle est votre date de naissance ?"
    required = True


class age_en_mois(Variable):
    value_type = int
    entity = Individu
    definition_period = MONTH
    unit = "months"
    label = "Âge en mois révolus au premier jour du mois"

    def formula(individu, period):
        return mois_revolus(individu("date_naissance", period), period)


class age(Variable):
    value_type = int
    entity = Individu
    definition_period = MONTH
    unit = "years"
    label = "Âge en années révolues au premier jour du mois"
    documentation = """
    Choix : l'âge compte au premier jour du mois. Né un 15 mars, on a 25 ans à compter du
    mois d'avril. Le mois de l'anniversaire reste ouvert au revenu de base, le RSA prend la
    suite au mois suivant : aucun mois n'est perdu.
    """

    def formula(individu, period):
        return individu("age_en_mois", period) // 12


class majeur(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Avoir 18 ans révolus au premier jour du mois"

    def formula(individu, period, parameters):
        return individu("age", period) >= parameters(period).majorite


class emancipe(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Mineur émancipé ou mineure émancipée"
    question = "La personne a-t-elle été émancipée par un juge ou par mariage ?"
    question_vous = "Avez-vous été émancipé ou émancipée, par un juge ou par mariage ?"
    burden = 2


class statut_marital(Variable):
    value_type = Enum
    possible_values = StatutMarital
    default_value = StatutMarital.non_renseigne
    entity = Individu
    definition_period = MONTH
    label = "Statut marital"
    question = "Quelle est la situation de couple au regard de la loi ?"
    question_vous = "Quelle est votre situation de couple au regard de la loi ?"


class garde_alternee(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Enfant mineur en résidence alternée, à la charge égale de ses parents"
    question = "L'enfant vit-il en alternance chez ses deux parents, à leur charge égale ?"


class rattachement_fiscal(Variable):
    value_type = Enum
    possible_values = Appreciation
    default_value = Appreciation.non_renseigne
    entity = Individu
    definition_period = MONTH
    label = "Rattachement au foyer fiscal des parents"
    question = "La personne est-elle rattachée au foyer fiscal de ses parents ?"
    question_vous = "Êtes-vous rattaché ou rattachée au foyer fiscal de vos parents ?"
    burden = 2


class regularite_sejour(Variable):
    value_type = Enum
    possible_values = Appreciation
    default_value = Appreciation.non_renseigne
    entity = Individu
    definition_period = MONTH
    label = "Régularité du séjour constatée sur pièce"
    question = "La régularité du séjour a-t-elle été constatée sur une pièce ?"
    sensitive = "nationalite"
    burden = 3
