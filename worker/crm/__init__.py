"""The CRM as one protocol with an adapter for each vendor."""
