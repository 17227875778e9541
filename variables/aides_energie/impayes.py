"""Aide aux impayés d'énergie : une part de la facture, payée au fournisseur par le département.

Engagement 7 de la plateforme de juin 2021. Le calcul est emprunté au fonds de solidarité logement du
Morbihan, les ressources au seuil de pauvreté : aucun département n'applique l'ensemble.

Ouvre droit à l'aide de l'année le ménage :
1. dont le logement est la résidence principale au 1er janvier ;
2. qui a des factures d'énergie impayées ;
3. dont le contrat impayé est au nom de la personne qui demande l'aide ou de son conjoint ;
4. dont ce contrat est toujours en cours ;
5. dont le revenu disponible est au-dessous du plafond : le seuil de pauvreté à 60 %, par unité de
   consommation de l'Insee ;
6. qui n'a pas déjà reçu le plafond d'aide de l'année.

L'aide est une part de l'impayé, au moins égale au plancher ; elle ne dépasse ni l'impayé, ni ce qui reste
du plafond de l'année civile. Locataires et propriétaires y ont droit. Aucune durée de résidence préalable
dans le département n'est demandée : la loi du 31 mai 1990 ne permet pas au règlement d'un fonds de
solidarité pour le logement d'en exiger une.

Non modélisé : les ressources du seul mois qui précède la demande et celles que le Morbihan écarte (aides
au logement, AEEH, APA, PCH…), remplacées ici par le revenu disponible de l'année ; la prévention sur trois
mensualités ; le supplément des communes délégataires ; les prêts ; l'eau et le téléphone ; le maintien de la
fourniture pendant l'instruction (deux mois au plus, CASF L115-3) ; l'examen en commission.
"""

from dept_rules.base import YEAR, Benefit, Menage, Variable, arrondi, max_, min_, par_taille

PLATEFORME = "Douze engagements des départements de gauche 2021-2027 (juin 2021), engagement 7"
MORBIHAN = "Morbihan, fonds de solidarité logement, eau et énergie"


class aide_impayes_energie_condition_residence_principale(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Occuper le logement comme résidence principale"
    reference = MORBIHAN

    def formula(menage, period):
        return menage("residence_principale", period.first_month)


class aide_impayes_energie_condition_impaye(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Avoir des factures d'énergie impayées"
    reference = MORBIHAN

    def formula(menage, period):
        return menage("impayes_energie", period) > 0


class aide_impayes_energie_condition_titulaire(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Être titulaire du contrat impayé, soi-même ou son conjoint"
    reference = MORBIHAN

    def formula(menage, period):
        return menage("contrat_impaye_au_nom_du_menage", period)


class aide_impayes_energie_condition_contrat(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Avoir gardé le contrat impayé, sans résiliation"
    reference = MORBIHAN

    def formula(menage, period):
        return menage("contrat_impaye_en_cours", period)


class aide_impayes_energie_plafond_ressources(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR/year"
    label = "Plafond de revenu disponible du ménage pour l'aide aux impayés d'énergie"
    reference = PLATEFORME

    def formula(menage, period, parameters):
        part = parameters(period).aide_impayes_energie.plafond_ressources.part_seuil_pauvrete
        seuil_annuel = parameters(period).seuil_pauvrete * 12
        return arrondi(part * seuil_annuel * menage("unites_consommation", period))


class aide_impayes_energie_condition_ressources(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Avoir un revenu disponible au-dessous du plafond"
    reference = PLATEFORME

    def formula(menage, period):
        return menage("revenu_disponible", period) < menage("aide_impayes_energie_plafond_ressources", period)


class aide_impayes_energie_reste_du_plafond(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Ce qui reste du plafond d'aide de l'année"
    reference = MORBIHAN

    def formula(menage, period, parameters):
        plafond = par_taille(parameters(period).aide_impayes_energie.plafond_annuel, menage.nb_persons())
        return max_(plafond - menage("aide_impayes_energie_montant_deja_verse", period), 0)


class aide_impayes_energie_condition_plafond_annuel(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Ne pas avoir déjà reçu le plafond d'aide de l'année"
    reference = MORBIHAN

    def formula(menage, period):
        return menage("aide_impayes_energie_reste_du_plafond", period) > 0


class aide_impayes_energie_eligibilite(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Remplir les conditions de l'aide aux impayés d'énergie"
    reference = PLATEFORME

    def formula(menage, period, parameters):
        return (
            parameters(period).aide_impayes_energie.applique
            & menage("aide_impayes_energie_condition_residence_principale", period)
            & menage("aide_impayes_energie_condition_impaye", period)
            & menage("aide_impayes_energie_condition_titulaire", period)
            & menage("aide_impayes_energie_condition_contrat", period)
            & menage("aide_impayes_energie_condition_ressources", period)
            & menage("aide_impayes_energie_condition_plafond_annuel", period)
        )


class aide_impayes_energie(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    label = "Aide aux impayés d'énergie"
    reference = PLATEFORME
    benefit = Benefit(
        applies="aide_impayes_energie.applique",
        cliffs=("Toute l'aide est perdue quand le revenu disponible atteint le seuil de pauvreté.",),
    )

    def formula(menage, period, parameters):
        regles = parameters(period).aide_impayes_energie
        impayes = menage("impayes_energie", period)
        aide = max_(regles.part_prise_en_charge * impayes, regles.plancher)
        montant = min_(min_(aide, impayes), menage("aide_impayes_energie_reste_du_plafond", period))
        return montant * menage("aide_impayes_energie_eligibilite", period)
