"""Faces for the web: the service and the calculators. No computation here."""
