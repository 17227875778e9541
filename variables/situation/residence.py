"""Où vit la personne : département, durée de résidence, hébergement, logement du ménage."""

from dept_rules.base import (
    MONTH,
    Departement,
    Enum,
    Hebergement,
    Individu,
    Menage,
    StatutOccupationLogement,
    Variable,
)


class departement(Variable):
    value_type = Enum
    possible_values = Departement
    default_value = Departement.non_renseigne
    entity = Menage
    definition_period = MONTH
    label = "Département de résidence"
    question = "Dans quel département le ménage habite-t-il ?"
    question_vous = "Dans quel département habitez-vous ?"


class mois_residence_departement(Variable):
    value_type = int
    entity = Individu
    definition_period = MONTH
    unit = "months"
    minimum = 0
    label = "Mois de résidence ininterrompue dans le département"
    question = "Depuis combien de mois la personne habite-t-elle le département ?"
    question_vous = "Depuis combien de mois habitez-vous le département ?"
    burden = 2


class hebergement(Variable):
    value_type = Enum
    possible_values = Hebergement
    default_value = Hebergement.non_renseigne
    entity = Individu
    definition_period = MONTH
    label = "Lieu de vie"
    sensitive = "protection_enfance"
    question = "Où la personne vit-elle ?"
    question_vous = "Où vivez-vous ?"


class statut_occupation_logement(Variable):
    value_type = Enum
    possible_values = StatutOccupationLogement
    default_value = StatutOccupationLogement.non_renseigne
    entity = Menage
    definition_period = MONTH
    label = "Statut d'occupation du logement"
    question = "À quel titre le ménage occupe-t-il son logement ?"
    question_vous = "À quel titre occupez-vous ce logement ?"


class residence_principale(Variable):
    value_type = bool
    entity = Menage
    definition_period = MONTH
    label = "Résidence principale du ménage"
    question = "Le logement est-il la résidence principale du ménage ?"
    question_vous = "Ce logement est-il votre résidence principale ?"


class en_ile_de_france(Variable):
    value_type = bool
    entity = Menage
    definition_period = MONTH
    label = "Habiter en Île-de-France"

    def formula(menage, period):
        lieu = menage("departement", period)
        return (
            (lieu == Departement.d75)
            | (lieu == Departement.d77)
            | (lieu == Departement.d78)
            | (lieu == Departement.d91)
            | (lieu == Departement.d92)
            | (lieu == Departement.d93)
            | (lieu == Departement.d94)
            | (lieu == Departement.d95)
        )
