"""La protection de l'enfance : ce que la personne a vécu, ce que le département a apprécié et décidé."""

from datetime import date

from dept_rules.base import ETERNITY, MONTH, Appreciation, Departement, Enum, Individu, Variable


class ase_avant_majorite(Variable):
    value_type = bool
    entity = Individu
    definition_period = ETERNITY
    label = "Prise en charge effective par l'aide sociale à l'enfance avant la majorité"
    question = "L'aide sociale à l'enfance a-t-elle pris en charge la personne avant ses 18 ans ?"
    question_vous = "L'aide sociale à l'enfance vous a-t-elle pris en charge avant vos 18 ans ?"
    sensitive = "protection_enfance"
    documentation = """
    Une décision restée sans effet ne compte pas, ni une mesure de la seule protection judiciaire
    de la jeunesse (PJJ).
    """


class ancien_contrat_jeune_majeur(Variable):
    value_type = bool
    entity = Individu
    definition_period = ETERNITY
    label = "Accompagnement passé par l'aide sociale à l'enfance entre 18 et 21 ans"
    question = "La personne a-t-elle eu un contrat jeune majeur entre ses 18 et ses 21 ans ?"
    question_vous = "Avez-vous eu un contrat jeune majeur entre vos 18 et vos 21 ans ?"
    sensitive = "protection_enfance"


class ase_prise_en_charge_en_cours(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Prise en charge par l'aide sociale à l'enfance en cours"
    question = "L'aide sociale à l'enfance prend-elle la personne en charge en ce moment ?"
    question_vous = "L'aide sociale à l'enfance vous prend-elle en charge en ce moment ?"
    sensitive = "protection_enfance"


class parcours_ase(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Accompagnement par l'aide sociale à l'enfance, passé ou en cours, mineur ou jeune majeur"

    def formula(individu, period):
        return (
            individu("ase_avant_majorite", period)
            | individu("ancien_contrat_jeune_majeur", period)
            | individu("ase_prise_en_charge_en_cours", period)
        )


class annee_scolaire_engagee_sous_ase(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Année scolaire ou universitaire en cours, engagée pendant une prise en charge par l'ASE"
    question = "L'année d'études en cours a-t-elle commencé pendant une prise en charge par l'ASE ?"
    question_vous = "Votre année d'études en cours a-t-elle commencé pendant une prise en charge par l'ASE ?"
    sensitive = "protection_enfance"
    burden = 2


class departement_ase(Variable):
    value_type = Enum
    possible_values = Departement
    default_value = Departement.non_renseigne
    entity = Individu
    definition_period = ETERNITY
    label = "Département dont l'aide sociale à l'enfance a pris la personne en charge"
    question = "L'aide sociale à l'enfance de quel département a pris la personne en charge ?"
    question_vous = "L'aide sociale à l'enfance de quel département vous a pris en charge ?"
    sensitive = "protection_enfance"


class obligation_quitter_territoire(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Décision portant obligation de quitter le territoire français (OQTF)"
    question = "La personne fait-elle l'objet d'une obligation de quitter le territoire français ?"
    sensitive = "nationalite"
    burden = 2


class ressources_ou_soutien_insuffisants(Variable):
    value_type = Enum
    possible_values = Appreciation
    default_value = Appreciation.non_renseigne
    entity = Individu
    definition_period = MONTH
    label = "Ressources ou soutien familial insuffisants, après appréciation du département"
    question = "Le département a-t-il estimé que les ressources ou le soutien familial sont insuffisants ?"
    sensitive = "protection_enfance"
    burden = 3


class decision_jeune_majeur(Variable):
    value_type = Enum
    possible_values = Appreciation
    default_value = Appreciation.non_renseigne
    entity = Individu
    definition_period = MONTH
    label = "Décision du département sur la prise en charge comme jeune majeur"
    question = "Le département a-t-il accepté de prendre la personne en charge comme jeune majeur ?"
    sensitive = "protection_enfance"
    burden = 2


class quittance_a_payer(Variable):
    value_type = Enum
    possible_values = Appreciation
    default_value = Appreciation.non_renseigne
    entity = Individu
    definition_period = MONTH
    label = "Loyer ou redevance à payer, constaté sur pièce"
    question = "La personne a-t-elle montré une quittance ou un bail à son nom ?"
    burden = 3


class assiduite_etudes(Variable):
    value_type = Enum
    possible_values = Appreciation
    default_value = Appreciation.non_renseigne
    entity = Individu
    definition_period = MONTH
    label = "Formation reconnue et suivie avec assiduité, constatée sur pièce"
    question = "L'établissement atteste-t-il que la formation est reconnue et suivie avec assiduité ?"
    burden = 3


class contrat_jeune_majeur_aide_logement_date_debut(Variable):
    value_type = date
    entity = Individu
    definition_period = ETERNITY
    label = "Début de l'aide au logement des jeunes majeurs (à défaut, le mois demandé)"
    question = "Depuis quelle date la personne reçoit-elle l'aide au logement des jeunes majeurs ?"
    question_vous = "Depuis quelle date recevez-vous l'aide au logement des jeunes majeurs ?"
    sensitive = "protection_enfance"
    burden = 2


class contrat_jeune_majeur_aide_logement_mois_deja_verses(Variable):
    value_type = int
    entity = Individu
    definition_period = ETERNITY
    unit = "months"
    minimum = 0
    label = "Mois d'aide au logement des jeunes majeurs déjà versés avant la date de début"
    question = "Combien de mois de cette aide la personne avait-elle déjà reçus avant cette date ?"
    question_vous = "Combien de mois de cette aide aviez-vous déjà reçus avant cette date ?"
    sensitive = "protection_enfance"
    burden = 2
