"""The leads: their list and each lead's own page."""
