"""Les panneaux photovoltaïques du logement : puissance, pose, raccordement, coût."""

from datetime import date

from dept_rules.base import ETERNITY, MONTH, YEAR, Menage, Variable, date_en_mois, mois_depuis


class date_demande_raccordement(Variable):
    value_type = date
    entity = Menage
    definition_period = ETERNITY
    label = "Demande complète de raccordement des panneaux photovoltaïques au réseau"
    question = "À quelle date la demande complète de raccordement des panneaux a-t-elle été faite ?"
    burden = 3


class demande_raccordement_du_mois(Variable):
    value_type = bool
    entity = Menage
    definition_period = MONTH
    label = "Demande complète de raccordement faite ce mois-ci"

    def formula(menage, period):
        demande = menage("date_demande_raccordement", period)
        return (date_en_mois(demande) > 0) & (mois_depuis(demande, period) == 0)


class puissance_panneaux(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "kWc"
    minimum = 0.0
    label = "Puissance des panneaux photovoltaïques, en kilowatts-crête"
    question = "Quelle est la puissance des panneaux, en kilowatts-crête ?"
    burden = 3


class panneaux_en_toiture(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Panneaux photovoltaïques posés en toiture"
    question = "Les panneaux sont-ils posés sur une toiture ?"


class panneaux_installateur_rge(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Panneaux photovoltaïques posés par un installateur qualifié RGE"
    question = "L'installateur est-il qualifié RGE (reconnu garant de l'environnement) ?"
    burden = 2


class panneaux_vente_surplus(Variable):
    value_type = bool
    entity = Menage
    definition_period = YEAR
    label = "Vente du surplus de l'électricité des panneaux"
    question = "Le surplus d'électricité est-il vendu, le ménage consommant le reste ?"
    question_vous = "Vendez-vous le surplus d'électricité, en consommant le reste ?"
    burden = 2


class cout_panneaux(Variable):
    value_type = float
    entity = Menage
    definition_period = YEAR
    unit = "EUR"
    minimum = 0.0
    label = "Coût des panneaux photovoltaïques, toutes taxes comprises"
    question = "Combien coûtent les panneaux et leur pose, toutes taxes comprises ?"
    burden = 3
