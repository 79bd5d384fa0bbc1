"""The stages of the journey on arq: relay, sweeper, delivery, CRM, Slack, drip."""
