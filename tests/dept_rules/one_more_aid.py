"""A reform that adds an aid: 200 € a month to each adult, less a tenth of what they earn, down to nothing."""

from __future__ import annotations

from dept_rules.base import MONTH, Benefit, Individu, Reform, Variable, max_

#: What it pays the five households in a year: ada, bilal, carole, dora and denis, diane, elio.
PAID = {"A": 12 * 200, "B": 12 * 160, "C": 12 * 50, "D": 12 * (80 + 110 + 200), "E": 12 * 80}


class prime_essai(Variable):
    value_type = float
    entity = Individu
    definition_period = MONTH
    unit = "EUR/month"
    label = "Prime d'essai"
    benefit = Benefit(applies="cheque_energie.applique")

    def formula(individu, period, parameters):
        majeur = individu("age", period) >= parameters(period).majorite
        return max_(200 - 0.1 * individu("salaire_net", period), 0) * majeur


class une_aide_de_plus(Reform):
    label = "Une aide de plus"
    status = "hypothese"

    def apply(self):
        self.add_variable(prime_essai)
