"""Chèque énergie : un chèque annuel de l'État pour payer l'énergie du logement, selon le revenu fiscal.

Code de l'énergie, articles L124-1 et R124-1 et suivants. Droit en vigueur depuis 2018.

Ouvre droit au chèque de l'année, un seul par logement, le ménage :
1. dont c'est la résidence principale ;
2. qui occupe un logement à soi, même à titre gratuit : ni foyer ni résidence sociale (une aide fixe y
   remplace le chèque), ni établissement, ni absence de domicile ;
3. dont un occupant au moins est déclarant d'un foyer fiscal ;
4. depuis 2025, dont un occupant est titulaire du contrat d'électricité ;
5. dont le revenu fiscal de référence par unité de consommation est au-dessous du plafond.

Le revenu est celui de l'avant-dernière année. Jusqu'en 2024, c'est la somme des revenus fiscaux de
référence des occupants, et les unités sont celles des occupants. Depuis 2025, revenu et unités sont ceux
du foyer fiscal du titulaire du contrat. Le montant se lit dans une grille : quatre tranches de revenu,
trois colonnes d'unités (une ; plus d'une et moins de deux ; deux ou plus).

Choix : le logement, le contrat et la résidence alternée sont ceux du 1er janvier. Le revenu d'un foyer
fiscal est partagé entre ses déclarants, chacun l'apportant au logement qu'il occupe : un couple qui vit
ensemble le compte donc une fois. L'étudiante rattachée au foyer de ses parents n'est pas déclarante :
pas de chèque pour son propre logement. S'il y a des titulaires de foyers différents, sont retenus le
plus haut revenu et le plus grand nombre de personnes.

Non modélisé : l'envoi automatique ou la demande au guichet ; en 2024, l'envoi aux bénéficiaires de 2023
(donc sur leurs revenus de 2021) et le guichet pour les autres ; les sous-locataires d'un organisme
d'intermédiation locative ; les chèques fioul et bois de 2022-2023, dont les plafonds lus se
contredisent ; ce que paie le chèque (les travaux en sont exclus depuis 2025) et sa durée de validité.
"""

from dept_rules.base import (
    MONTH,
    YEAR,
    Benefit,
    FoyerFiscal,
    Hebergement,
    Individu,
    Menage,
    StatutOccupationLogement,
    Variable,
    arrondi,
    not_,
    par_taille,
    select,
)

LOI = "Code de l'énergie, article L124-1"
DECRET = "Code de l'énergie, article R124-1"


class cheque_energie_condition_residence_principale(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Occuper le logement comme résidence principale"
    reference = LOI

    def formula(menage, period):
        return menage("residence_principale", period.first_month)


class cheque_energie_en_residence(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Vivre en foyer, en résidence sociale ou en résidence universitaire"

    def formula(menage, period):
        statut = menage("statut_occupation_logement", period.first_month)
        lieu = menage.personne_de_reference("hebergement", period.first_month)
        return (statut == StatutOccupationLogement.locataire_foyer) | (lieu == Hebergement.foyer)


class cheque_energie_condition_logement(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Occuper un logement à soi, hors foyer, résidence sociale et établissement"
    reference = DECRET

    def formula(menage, period):
        statut = menage("statut_occupation_logement", period.first_month)
        lieu = menage.personne_de_reference("hebergement", period.first_month)
        ailleurs = (
            menage("cheque_energie_en_residence", period)
            | (statut == StatutOccupationLogement.sans_domicile)
            | (lieu == Hebergement.ase)
            | (lieu == Hebergement.etablissement)
            | (lieu == Hebergement.detention)
            | (lieu == Hebergement.sans_domicile)
        )
        return not_(ailleurs)


class cheque_energie_condition_declarant(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Compter parmi les occupants un déclarant de foyer fiscal"
    reference = DECRET

    def formula(menage, period):
        return menage.any(menage.members.has_role(FoyerFiscal.DECLARANT))


class cheque_energie_condition_titulaire(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Compter parmi les occupants le titulaire du contrat d'électricité (depuis 2025)"
    reference = LOI

    def formula_2025(menage, period):
        return menage.any(menage.members("titulaire_contrat_electricite", period.first_month))


class cheque_energie_rfr(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR/year"
    label = "Revenu fiscal de référence retenu pour le chèque énergie"
    reference = DECRET

    def formula(menage, period):
        return menage("rfr_occupants", period.n_2)

    def formula_2025(menage, period):
        titulaire = menage.members("titulaire_contrat_electricite", period.first_month)
        return menage.max(titulaire * menage.members.foyer_fiscal("rfr", period.n_2))


class cheque_energie_personnes(Variable):
    value_type = int
    entity = Menage
    definition_period = YEAR
    unit = "persons"
    label = "Personnes retenues pour le chèque énergie"
    reference = DECRET

    def formula(menage, period):
        return menage.sum(menage.members("age_en_mois", period.first_month) >= 0)

    def formula_2025(menage, period):
        titulaire = menage.members("titulaire_contrat_electricite", period.first_month)
        foyer = menage.members.foyer_fiscal
        nes = foyer.sum(foyer.members("age_en_mois", period.first_month) >= 0)
        personnes = nes + foyer("personnes_foyer_fiscal_ailleurs", period.n_2)
        return menage.max(titulaire * personnes)


class enfant_alterne(Variable):
    value_type = bool
    entity = Individu
    definition_period = MONTH
    label = "Être mineur et vivre en alternance chez ses deux parents"
    reference = DECRET

    def formula(individu, period):
        return individu("garde_alternee", period) & not_(individu("majeur", period))


class cheque_energie_enfants_alternes(Variable):
    value_type = int
    entity = Menage
    definition_period = YEAR
    unit = "persons"
    label = "Enfants en résidence alternée parmi les personnes retenues pour le chèque énergie"
    reference = DECRET

    def formula(menage, period):
        return menage.sum(menage.members("enfant_alterne", period.first_month))

    def formula_2025(menage, period):
        titulaire = menage.members("titulaire_contrat_electricite", period.first_month)
        foyer = menage.members.foyer_fiscal
        return menage.max(titulaire * foyer.sum(foyer.members("enfant_alterne", period.first_month)))


class cheque_energie_unites_consommation(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "uc"
    label = "Unités de consommation du chèque énergie"
    reference = DECRET

    def formula(menage, period, parameters):
        unites = parameters(period).cheque_energie.unites_consommation
        personnes = menage("cheque_energie_personnes", period)
        alternes = menage("cheque_energie_enfants_alternes", period)
        a_plein_temps = par_taille(unites.echelle, personnes - alternes)
        en_alternance = par_taille(unites.echelle, personnes) - a_plein_temps
        return arrondi(a_plein_temps + unites.residence_alternee * en_alternance)


class cheque_energie_plafond(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR/year"
    label = "Plafond de revenu fiscal de référence du ménage pour le chèque énergie"
    reference = DECRET

    def formula(menage, period, parameters):
        plafond = parameters(period).cheque_energie.seuils.plafond
        return arrondi(plafond * menage("cheque_energie_unites_consommation", period))


class cheque_energie_condition_plafond(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Avoir un revenu fiscal de référence au-dessous du plafond"
    reference = DECRET

    def formula(menage, period):
        return menage("cheque_energie_rfr", period) < menage("cheque_energie_plafond", period)


class cheque_energie_eligibilite(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Remplir les conditions du chèque énergie"
    reference = LOI

    def formula(menage, period, parameters):
        return (
            parameters(period).cheque_energie.applique
            & menage("cheque_energie_condition_residence_principale", period)
            & menage("cheque_energie_condition_logement", period)
            & menage("cheque_energie_condition_declarant", period)
            & menage("cheque_energie_condition_plafond", period)
        )

    def formula_2025(menage, period, parameters):
        return (
            parameters(period).cheque_energie.applique
            & menage("cheque_energie_condition_residence_principale", period)
            & menage("cheque_energie_condition_logement", period)
            & menage("cheque_energie_condition_declarant", period)
            & menage("cheque_energie_condition_titulaire", period)
            & menage("cheque_energie_condition_plafond", period)
        )


class cheque_energie_grille(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR/year"
    label = "Montant lu dans la grille du chèque énergie, sous le plafond"
    reference = "Code de l'énergie, article R124-2"

    def formula(menage, period, parameters):
        seuils = parameters(period).cheque_energie.seuils
        colonnes = parameters(period).cheque_energie.colonnes
        une = parameters(period).cheque_energie.montant.une_unite
        entre = parameters(period).cheque_energie.montant.entre_une_et_deux_unites
        deux = parameters(period).cheque_energie.montant.deux_unites_ou_plus

        unites = menage("cheque_energie_unites_consommation", period)
        rfr = menage("cheque_energie_rfr", period)
        en_1 = rfr < arrondi(seuils.tranche_2 * unites)
        en_2 = rfr < arrondi(seuils.tranche_3 * unites)
        en_3 = rfr < arrondi(seuils.tranche_4 * unites)
        premiere = select([en_1, en_2, en_3], [une.tranche_1, une.tranche_2, une.tranche_3], une.tranche_4)
        deuxieme = select(
            [en_1, en_2, en_3], [entre.tranche_1, entre.tranche_2, entre.tranche_3], entre.tranche_4
        )
        troisieme = select(
            [en_1, en_2, en_3], [deux.tranche_1, deux.tranche_2, deux.tranche_3], deux.tranche_4
        )
        return select(
            [unites <= colonnes.premiere_maximum, unites < colonnes.troisieme_minimum],
            [premiere, deuxieme],
            troisieme,
        )


class cheque_energie(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR/year"
    label = "Chèque énergie"
    reference = LOI
    benefit = Benefit(
        applies="cheque_energie.applique",
        payer="etat",
        cliffs=(
            "À chaque seuil de revenu fiscal de référence, le chèque perd une tranche, deux ans après le "
            "revenu qui l'a fait franchir.",
            "Au plafond, ce qui restait du chèque est perdu.",
        ),
    )

    def formula(menage, period):
        return menage("cheque_energie_grille", period) * menage("cheque_energie_eligibilite", period)
