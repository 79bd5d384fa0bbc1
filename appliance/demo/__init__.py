"""The demonstration: the campaign's sample leads through the running appliance, with a verdict at the end."""
