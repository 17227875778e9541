"""Estimate what French départements owe their residents, from one text of the law."""

from dept_rules.system import CountryTaxBenefitSystem

__all__ = ["CountryTaxBenefitSystem"]
