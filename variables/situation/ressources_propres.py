"""Ce dont une personne dispose par elle-même dans le mois, et ce que la CAF retient de sa famille.

Ni le revenu de base, ni le bonus solidaire, ni ce que verse le département ne comptent parmi les
ressources propres.
"""

from dept_rules.base import MONTH, Famille, Individu, Variable, max_


class aide_logement(Variable):
    value_type = float
    entity = Famille
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Aide au logement (APL, ALF ou ALS) reçue par la famille"
    question = "Quelle aide au logement la famille a-t-elle reçue ce mois-ci ?"
    question_vous = "Quelle aide au logement votre famille a-t-elle reçue ce mois-ci ?"


class quotient_familial(Variable):
    value_type = float
    entity = Famille
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Quotient familial de la CAF ou de la MSA"
    question = "Quel est le quotient familial de la famille ce mois-ci ?"
    question_vous = "Quel est le quotient familial de votre famille ce mois-ci ?"
    decisive = True
    burden = 3


class aide_logement_de_la_personne(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Part de la personne dans l'aide au logement de sa famille, partagée entre les parents"

    def formula(individu, period):
        parents = max_(individu.famille.nb_persons(Famille.PARENT), 1)
        return individu.has_role(Famille.PARENT) * individu.famille("aide_logement", period) / parents


class rsa_de_la_personne(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Part de la personne dans le RSA de sa famille, partagé entre les parents"

    def formula(individu, period):
        parents = max_(individu.famille.nb_persons(Famille.PARENT), 1)
        return individu.has_role(Famille.PARENT) * individu.famille("rsa", period) / parents


class ppa_de_la_personne(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Part de la personne dans la prime d'activité de sa famille, partagée entre les parents"

    def formula(individu, period):
        parents = max_(individu.famille.nb_persons(Famille.PARENT), 1)
        return individu.has_role(Famille.PARENT) * individu.famille("ppa", period) / parents


class ressources_propres(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Ressources de la personne dans le mois, hors aides du département et aides au logement"

    def formula(individu, period):
        return (
            individu("revenus_activite", period)
            + individu("revenus_hors_activite", period)
            + individu("bourse_enseignement_sup", period)
            + individu("aah", period)
            + individu("contrat_engagement_jeune", period)
            + individu("rsa_de_la_personne", period)
            + individu("ppa_de_la_personne", period)
        )
