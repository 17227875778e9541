"""Real local schemes and published proposals, on top of the law of the platform."""
