"""Les ressources de la personne et de la famille, mois par mois, nettes et avant impôt."""

from dept_rules.base import MONTH, Famille, Individu, Variable


class salaire_net(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Salaire net"
    question = "Quel salaire net la personne a-t-elle reçu ce mois-ci ?"
    question_vous = "Quel salaire net avez-vous reçu ce mois-ci ?"
    burden = 2


class remuneration_apprenti(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Rémunération nette d'apprentissage"
    question = "Quelle rémunération nette d'apprentissage la personne a-t-elle reçue ce mois-ci ?"
    question_vous = "Quelle rémunération nette d'apprentissage avez-vous reçue ce mois-ci ?"
    burden = 2


class indemnites_stage(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Gratification de stage"
    question = "Quelle gratification de stage la personne a-t-elle reçue ce mois-ci ?"
    question_vous = "Quelle gratification de stage avez-vous reçue ce mois-ci ?"
    burden = 2


class revenus_stage_formation_pro(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Rémunération de formation professionnelle"
    question = "Quelle rémunération de formation la personne a-t-elle reçue ce mois-ci ?"
    question_vous = "Quelle rémunération de formation avez-vous reçue ce mois-ci ?"
    burden = 2


class revenus_non_salaries(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Revenus d'activité non salariée (bénéfice du mois)"
    question = "Quel bénéfice d'activité indépendante la personne a-t-elle tiré ce mois-ci ?"
    question_vous = "Quel bénéfice avez-vous tiré d'une activité indépendante ce mois-ci ?"
    burden = 4


class revenus_activite(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Revenus d'activité"

    def formula(individu, period):
        return (
            individu("salaire_net", period)
            + individu("remuneration_apprenti", period)
            + individu("indemnites_stage", period)
            + individu("revenus_stage_formation_pro", period)
            + individu("revenus_non_salaries", period)
        )


class chomage_net(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Allocation de chômage nette"
    question = "Quelle allocation de chômage la personne a-t-elle reçue ce mois-ci ?"
    question_vous = "Quelle allocation de chômage avez-vous reçue ce mois-ci ?"
    burden = 2


class indemnites_journalieres(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Indemnités journalières (maladie, maternité, accident)"
    question = "Quelles indemnités journalières la personne a-t-elle reçues ce mois-ci ?"
    question_vous = "Quelles indemnités journalières avez-vous reçues ce mois-ci ?"
    sensitive = "sante"
    burden = 2


class retraite_nette(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Pensions de retraite nettes"
    question = "Quelles pensions de retraite la personne a-t-elle reçues ce mois-ci ?"
    question_vous = "Quelles pensions de retraite avez-vous reçues ce mois-ci ?"
    burden = 2


class pensions_invalidite(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Pension d'invalidité"
    question = "Quelle pension d'invalidité la personne a-t-elle reçue ce mois-ci ?"
    question_vous = "Quelle pension d'invalidité avez-vous reçue ce mois-ci ?"
    sensitive = "sante"
    burden = 2


class pensions_alimentaires_percues(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Pensions alimentaires et aide financière régulière reçues de la famille"
    question = "Quelle pension ou aide régulière la personne a-t-elle reçue de sa famille ce mois-ci ?"
    question_vous = "Quelle pension ou aide régulière avez-vous reçue de votre famille ce mois-ci ?"
    burden = 2


class revenus_patrimoine(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Revenus du patrimoine (loyers, intérêts, dividendes)"
    question = "Quels revenus du patrimoine la personne a-t-elle reçus ce mois-ci ?"
    question_vous = "Quels revenus du patrimoine avez-vous reçus ce mois-ci ?"
    burden = 4


class autres_revenus_percus(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Autres revenus réguliers, hors prestations demandées par ailleurs"
    question = "La personne a-t-elle reçu d'autres revenus réguliers ce mois-ci ?"
    question_vous = "Quels autres revenus réguliers avez-vous reçus ce mois-ci ?"
    burden = 3


class revenus_hors_activite(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Revenus de la personne autres que d'activité, hors bourse et prestations"

    def formula(individu, period):
        return (
            individu("chomage_net", period)
            + individu("indemnites_journalieres", period)
            + individu("retraite_nette", period)
            + individu("pensions_invalidite", period)
            + individu("pensions_alimentaires_percues", period)
            + individu("revenus_patrimoine", period)
            + individu("autres_revenus_percus", period)
        )


class bourse_enseignement_sup(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Bourse de l'enseignement supérieur versée dans le mois"
    question = "Quelle bourse de l'enseignement supérieur la personne a-t-elle reçue ce mois-ci ?"
    question_vous = "Quelle bourse de l'enseignement supérieur avez-vous reçue ce mois-ci ?"


class aah(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Allocation aux adultes handicapés (AAH)"
    question = "Quelle allocation aux adultes handicapés la personne a-t-elle reçue ce mois-ci ?"
    question_vous = "Quelle allocation aux adultes handicapés avez-vous reçue ce mois-ci ?"
    sensitive = "handicap"


class contrat_engagement_jeune(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Allocation du contrat d'engagement jeune ou de la Garantie jeunes"
    question = "Quelle allocation du contrat d'engagement jeune la personne a-t-elle reçue ce mois-ci ?"
    question_vous = "Quelle allocation du contrat d'engagement jeune avez-vous reçue ce mois-ci ?"


class allocation_contrat_jeune_majeur_recue(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Allocation reçue au titre d'un contrat jeune majeur"
    question = (
        "Quelle allocation le département a-t-il versée ce mois-ci au titre d'un contrat jeune majeur ?"
    )
    question_vous = (
        "Quelle allocation le département vous a-t-il versée ce mois-ci au titre d'un contrat jeune majeur ?"
    )
    sensitive = "protection_enfance"
    documentation = """
    Ce que le département verse déjà, déclaré. Le montant que simule `contrat_jeune_majeur`
    n'est pas une ressource : sinon une hypothèse en réduirait une autre.
    """


class rsa(Variable):
    value_type = float
    entity = Famille
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Revenu de solidarité active (RSA) reçu par la famille"
    question = "Quel RSA la famille a-t-elle reçu ce mois-ci ?"
    question_vous = "Quel RSA votre famille a-t-elle reçu ce mois-ci ?"


class ppa(Variable):
    value_type = float
    entity = Famille
    definition_period = MONTH
    unit = "EUR/month"
    minimum = 0.0
    label = "Prime d'activité reçue par la famille"
    question = "Quelle prime d'activité la famille a-t-elle reçue ce mois-ci ?"
    question_vous = "Quelle prime d'activité votre famille a-t-elle reçue ce mois-ci ?"
