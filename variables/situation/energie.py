"""L'énergie du logement : performance, contrat, dépenses, froid, impayés et aides déjà reçues."""

from dept_rules.base import MONTH, YEAR, Appreciation, ClasseDPE, Enum, Individu, Menage, Variable


class classe_dpe(Variable):
    value_type = Enum
    possible_values = ClasseDPE
    default_value = ClasseDPE.non_renseigne
    entity = Menage
    definition_period = MONTH
    label = "Classe du logement au diagnostic de performance énergétique (DPE)"
    question = "Quelle classe figure sur le diagnostic de performance énergétique du logement ?"
    burden = 4


class titulaire_contrat_electricite(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Titulaire du contrat d'électricité du logement"
    question = "Le contrat d'électricité du logement est-il au nom de la personne ?"
    question_vous = "Le contrat d'électricité du logement est-il à votre nom ?"
    burden = 2


class aide_residence_sociale_accordee(Variable):
    value_type = Enum
    possible_values = Appreciation
    default_value = Appreciation.non_renseigne
    entity = Menage
    definition_period = YEAR
    label = "Aide spécifique du chèque énergie accordée au gestionnaire de la résidence"
    question = "Le gestionnaire de la résidence a-t-il obtenu l'aide qui remplace le chèque énergie ?"
    burden = 3


class depenses_energie_logement(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR/year"
    minimum = 0.0
    label = "Dépenses d'énergie du logement, toutes énergies, hors carburant"
    question = "Combien le ménage a-t-il payé cette année pour l'énergie du logement ?"
    question_vous = "Combien avez-vous payé cette année pour l'énergie du logement ?"
    burden = 4


class froid_ressenti(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Froid ressenti au logement pour un motif de précarité"
    question = (
        "Le ménage a-t-il eu froid chez lui l'hiver dernier parce que le logement est mal isolé, que le "
        "chauffage est insuffisant ou en panne, ou qu'il s'est privé à cause du coût ?"
    )
    question_vous = "Avez-vous eu froid chez vous l'hiver dernier parce que le logement est mal isolé, que le chauffage est insuffisant ou en panne, ou que vous vous êtes privés à cause du coût ?"


class impayes_energie(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    minimum = 0.0
    label = "Factures d'énergie impayées, hors pénalités"
    question = "Quel montant de factures d'énergie reste impayé, hors frais de pénalité ?"
    burden = 3


class contrat_impaye_au_nom_du_menage(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Contrat impayé au nom de la personne qui demande l'aide ou de son conjoint"
    question = "Le contrat impayé est-il au nom de la personne qui demande l'aide ou de son conjoint ?"
    question_vous = "Le contrat impayé est-il à votre nom ou à celui de votre conjoint ?"
    burden = 2


class contrat_impaye_en_cours(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Contrat impayé toujours en cours"
    question = "Le contrat impayé est-il toujours en cours, sans résiliation pour déménager ou changer de fournisseur ?"
    burden = 2


class aide_impayes_energie_montant_deja_verse(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    minimum = 0.0
    label = "Aides aux impayés d'énergie déjà reçues dans l'année"
    question = "Combien le ménage a-t-il déjà reçu cette année pour des impayés d'énergie ?"
    question_vous = "Combien avez-vous déjà reçu cette année pour des impayés d'énergie ?"
    burden = 2
