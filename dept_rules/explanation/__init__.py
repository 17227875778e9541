"""The other readings of the law: why, why not, what if, what next."""
