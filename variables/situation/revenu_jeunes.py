"""Le revenu jeunes d'un département : ce qui a été apprécié, accordé et déjà versé."""

from datetime import date

from dept_rules.base import ETERNITY, MONTH, Appreciation, Enum, Individu, Variable


class ouvre_droit_aeeh(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Ouvrir droit à l'allocation d'éducation de l'enfant handicapé (AEEH)"
    question = "La famille reçoit-elle l'allocation d'éducation de l'enfant handicapé pour cette personne ?"
    question_vous = "Votre famille reçoit-elle pour vous l'allocation d'éducation de l'enfant handicapé ?"
    sensitive = "handicap"


class sans_soutien_financier(Variable):
    value_type = Enum
    possible_values = Appreciation
    default_value = Appreciation.non_renseigne
    entity = Individu
    definition_period = MONTH
    label = "Absence de soutien financier des parents ou d'un tiers, constatée"
    question = "La personne est-elle sans soutien financier de ses parents ou d'un tiers ?"
    burden = 2


class precarite_appreciee(Variable):
    value_type = Enum
    possible_values = Appreciation
    default_value = Appreciation.non_renseigne
    entity = Individu
    definition_period = MONTH
    label = "Peu ou pas de ressources et aucune autre aide possible, après évaluation sociale"
    question = (
        "L'évaluation sociale a-t-elle constaté peu ou pas de ressources et aucune autre aide possible ?"
    )
    burden = 3


class famille_sous_plafond(Variable):
    value_type = Enum
    possible_values = Appreciation
    default_value = Appreciation.non_renseigne
    entity = Individu
    definition_period = MONTH
    label = "Ressources de la famille sous le plafond du dispositif, constatées"
    question = "Le département a-t-il constaté que les ressources de la famille sont sous son plafond ?"
    burden = 4


class revenu_jeunes_departemental_renouvele(Variable):
    value_type = Enum
    possible_values = Appreciation
    default_value = Appreciation.non_renseigne
    entity = Individu
    definition_period = MONTH
    label = "Renouvellement du revenu jeunes décidé"
    question = "Le département a-t-il renouvelé le revenu jeunes après la première période ?"


class revenu_jeunes_departemental_montant_accorde(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Montant mensuel du revenu jeunes accordé par décision individuelle"
    question = "Quel montant mensuel la décision d'attribution fixe-t-elle ?"
    burden = 2


class revenu_jeunes_departemental_date_debut(Variable):
    value_type = date
    entity = Individu
    definition_period = ETERNITY
    label = "Début du revenu jeunes (à défaut, le mois demandé)"
    question = "Depuis quelle date la personne reçoit-elle le revenu jeunes ?"
    question_vous = "Depuis quelle date recevez-vous le revenu jeunes ?"
    burden = 2


class revenu_jeunes_departemental_mois_deja_verses(Variable):
    value_type = int
    entity = Individu
    definition_period = ETERNITY
    unit = "months"
    minimum = 0
    label = "Mois de revenu jeunes déjà versés avant la date de début"
    question = "Combien de mois de revenu jeunes la personne avait-elle déjà reçus avant cette date ?"
    question_vous = "Combien de mois de revenu jeunes aviez-vous déjà reçus avant cette date ?"
    burden = 2


class revenu_jeunes_departemental_montant_deja_verse(Variable):
    value_type = float
    entity = Individu
    definition_period = ETERNITY
    unit = "EUR"
    minimum = 0.0
    label = "Revenu jeunes déjà versé avant la date de début"
    question = "Quel total de revenu jeunes la personne avait-elle déjà reçu avant cette date ?"
    question_vous = "Quel total de revenu jeunes aviez-vous déjà reçu avant cette date ?"
    burden = 3
