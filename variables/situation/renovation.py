"""La rénovation du logement : la demande, les travaux, le gain d'énergie, les aides déjà obtenues."""

from datetime import date

from dept_rules.base import (
    ETERNITY,
    MONTH,
    YEAR,
    Appreciation,
    ClasseDPE,
    Enum,
    Menage,
    Variable,
    date_en_mois,
    grille,
    mois_depuis,
    mois_revolus,
    where,
)


class date_demande_renovation(Variable):
    value_type = date
    entity = Menage
    definition_period = ETERNITY
    label = "Dépôt de la demande d'aide à la rénovation (à défaut, le 1er janvier de l'année demandée)"
    question = "À quelle date la demande d'aide à la rénovation a-t-elle été déposée ?"
    burden = 2


class demande_renovation_du_mois(Variable):
    value_type = bool
    entity = Menage
    definition_period = MONTH
    label = "Demande d'aide à la rénovation déposée ce mois-ci (en janvier si sa date n'est pas donnée)"

    def formula(menage, period):
        depot = menage("date_demande_renovation", period)
        datee = date_en_mois(depot) > 0
        en_janvier = mois_revolus(depot, period) == mois_revolus(depot, period.this_year.first_month)
        return (mois_depuis(depot, period) == 0) & (datee | en_janvier)


class anciennete_logement(Variable):
    value_type = int
    entity = Menage
    definition_period = YEAR
    unit = "years"
    minimum = 0
    label = "Âge du logement, en années depuis son achèvement"
    question = "Depuis combien d'années le logement est-il construit ?"
    burden = 2


class travaux_renovation_ht(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    minimum = 0.0
    label = "Travaux de rénovation énergétique, hors taxes"
    question = "Quel est le montant des travaux de rénovation énergétique, hors taxes ?"
    burden = 3


class travaux_renovation_ttc(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    minimum = 0.0
    label = "Travaux de rénovation énergétique, toutes taxes comprises"
    question = "Quel est le montant des travaux de rénovation énergétique, toutes taxes comprises ?"
    burden = 3


class gain_energetique(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "rate"
    minimum = 0.0
    maximum = 1.0
    label = "Part de la consommation d'énergie que les travaux font gagner"
    question = "Quelle part de la consommation d'énergie les travaux font-ils gagner (0,35 pour 35 %) ?"
    burden = 4


class classe_dpe_apres_travaux(Variable):
    value_type = Enum
    possible_values = ClasseDPE
    default_value = ClasseDPE.non_renseigne
    entity = Menage
    definition_period = YEAR
    label = "Classe du logement au diagnostic de performance énergétique (DPE) après les travaux"
    question = "Quelle classe le logement atteint-il après les travaux, selon l'audit énergétique ?"
    burden = 4


class rang_dpe_avant_travaux(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    label = "Rang de la classe du logement avant les travaux (1 pour A, 7 pour G)"

    def formula(menage, period, parameters):
        return grille(parameters(period).rang_classe_dpe, menage("classe_dpe", period.first_month))


class classes_dpe_gagnees(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "classes"
    label = "Classes de performance énergétique que les travaux font gagner"

    def formula(menage, period, parameters):
        avant = menage("rang_dpe_avant_travaux", period)
        apres = grille(parameters(period).rang_classe_dpe, menage("classe_dpe_apres_travaux", period))
        return where((avant > 0) & (apres > 0), avant - apres, 0)


class projet_renovation_accepte(Variable):
    value_type = Enum
    possible_values = Appreciation
    default_value = Appreciation.non_renseigne
    entity = Menage
    definition_period = YEAR
    label = "Projet de rénovation accepté par le département"
    question = "Le département a-t-il accepté le projet de rénovation ?"
    burden = 3


class maprimerenov(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    minimum = 0.0
    label = "MaPrimeRénov' notifiée pour ces travaux, avant toute réduction due aux autres aides"
    question = "Quel montant de MaPrimeRénov' l'Anah a-t-elle notifié pour ces travaux ?"
    burden = 3


class autres_aides_renovation(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    minimum = 0.0
    label = "Autres aides aux mêmes travaux (certificats d'économie d'énergie, région, commune)"
    question = (
        "Quel total d'autres aides le ménage obtient-il pour ces travaux, hors MaPrimeRénov' et département ?"
    )
    question_vous = (
        "Quel total d'autres aides obtenez-vous pour ces travaux, hors MaPrimeRénov' et département ?"
    )
    burden = 3


class cout_accompagnement_renovation(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    minimum = 0.0
    label = "Coût de l'accompagnement du projet de rénovation, toutes taxes comprises"
    question = (
        "Combien coûte l'accompagnement du projet (Mon Accompagnateur Rénov'), toutes taxes comprises ?"
    )
    burden = 3


class autres_aides_accompagnement_renovation(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    minimum = 0.0
    label = "Autres aides à l'accompagnement, hors part nationale de Mon Accompagnateur Rénov'"
    question = "Quel total d'autres aides (commune, région…) le ménage obtient-il pour l'accompagnement ?"
    question_vous = "Quel total d'autres aides (commune, région…) obtenez-vous pour l'accompagnement ?"
    burden = 3
