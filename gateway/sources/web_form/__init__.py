"""The generic web form: any page or program that can POST JSON or a form with a bearer token."""
