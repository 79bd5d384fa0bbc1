"""Telling the sales team about a lead, one adapter for each channel."""
