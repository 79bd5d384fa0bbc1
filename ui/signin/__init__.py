"""Signing in: passwords, session cookies, CSRF, the gate before every page."""
