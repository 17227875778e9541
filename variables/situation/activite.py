"""Ce que fait la personne : emploi, études, contrat d'accompagnement."""

from dept_rules.base import MONTH, ContratEnCours, Enum, Individu, StatutActivite, Variable


class statut_activite(Variable):
    value_type = Enum
    possible_values = StatutActivite
    default_value = StatutActivite.non_renseigne
    entity = Individu
    definition_period = MONTH
    label = "Activité principale"
    question = "Quelle est l'activité principale de la personne ?"
    question_vous = "Quelle est votre activité principale ?"


class contrat_en_cours(Variable):
    value_type = Enum
    possible_values = ContratEnCours
    default_value = ContratEnCours.non_renseigne
    entity = Individu
    definition_period = MONTH
    label = "Contrat d'accompagnement en cours"
    sensitive = "protection_enfance"
    question = "La personne est-elle suivie dans le cadre d'un contrat d'accompagnement ?"
    question_vous = "Êtes-vous suivi ou suivie dans le cadre d'un contrat d'accompagnement ?"
    burden = 2


class etudiant(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Étudier dans l'enseignement supérieur"

    def formula(individu, period):
        return individu("statut_activite", period) == StatutActivite.etudiant
