"""Le temps que la personne donne aux autres."""

from dept_rules.base import YEAR, Appreciation, Enum, Individu, Variable


class heures_aupres_de_personnes_agees(Variable):
    value_type = float
    entity = Individu
    definition_period = YEAR
    unit = "hours"
    minimum = 0.0
    label = "Heures données dans l'année à des personnes âgées"
    question = "Combien d'heures la personne a-t-elle données à des personnes âgées cette année ?"
    question_vous = "Combien d'heures avez-vous données à des personnes âgées cette année ?"
    burden = 2


class attestation_heures_personnes_agees(Variable):
    value_type = Enum
    possible_values = Appreciation
    default_value = Appreciation.non_renseigne
    entity = Individu
    definition_period = YEAR
    label = "Heures données attestées par la structure d'accueil"
    question = "La structure d'accueil a-t-elle attesté ces heures ?"
    burden = 3
