"""Le contrat d'accompagnement personnalisé pour l'autonomie : projet, accord, ce qui est déjà versé."""

from datetime import date

from dept_rules.base import ETERNITY, MONTH, YEAR, Appreciation, Enum, Individu, Variable


class capa_projet_signe(Variable):
    value_type = Enum
    possible_values = Appreciation
    default_value = Appreciation.non_renseigne
    entity = Individu
    definition_period = MONTH
    label = "Projet personnel ou professionnel retenu et signé"
    question = "Le projet a-t-il été retenu et signé avec la personne ?"
    burden = 3


class capa_date_debut(Variable):
    value_type = date
    entity = Individu
    definition_period = ETERNITY
    label = "Début du CAPA (à défaut, le mois demandé)"
    question = "À quelle date le contrat d'accompagnement personnalisé a-t-il commencé ?"
    question_vous = "À quelle date votre contrat d'accompagnement personnalisé a-t-il commencé ?"
    burden = 2


class capa_mois_deja_verses(Variable):
    value_type = int
    entity = Individu
    definition_period = ETERNITY
    unit = "months"
    minimum = 0
    label = "Mois de CAPA déjà passés avant la date de début"
    question = "Combien de mois de contrat la personne avait-elle déjà passés avant cette date ?"
    question_vous = "Combien de mois de contrat aviez-vous déjà passés avant cette date ?"
    burden = 2


class capa_montant_deja_verse(Variable):
    value_type = float
    entity = Individu
    definition_period = ETERNITY
    unit = "EUR"
    minimum = 0.0
    label = "Aide mensuelle du CAPA déjà versée avant la date de début, au total"
    question = "Quel total d'aide mensuelle la personne avait-elle déjà reçu avant cette date ?"
    question_vous = "Quel total d'aide mensuelle aviez-vous déjà reçu avant cette date ?"
    burden = 3


class capa_cout_projet(Variable):
    value_type = float
    entity = Individu
    definition_period = YEAR
    unit = "EUR"
    minimum = 0.0
    label = "Dépenses du projet à financer dans l'année"
    question = "Quelles dépenses le projet demande-t-il cette année ?"
    question_vous = "Quelles dépenses votre projet demande-t-il cette année ?"
    burden = 3


class capa_aide_projet_accordee(Variable):
    value_type = Enum
    possible_values = Appreciation
    default_value = Appreciation.non_renseigne
    entity = Individu
    definition_period = YEAR
    label = "Aide au projet accordée"
    question = "L'aide aux dépenses du projet a-t-elle été accordée ?"
    burden = 2


class capa_aide_projet_montant_deja_verse(Variable):
    value_type = float
    entity = Individu
    definition_period = ETERNITY
    unit = "EUR"
    minimum = 0.0
    label = "Aide au projet du CAPA déjà versée les années précédentes, au total"
    question = "Quelle aide au projet la personne a-t-elle déjà reçue les années précédentes ?"
    question_vous = "Quelle aide au projet avez-vous déjà reçue les années précédentes ?"
    burden = 3
