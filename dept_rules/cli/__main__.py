"""``python -m dept_rules.cli``."""

from dept_rules.cli import main

main()
