"""The review desk: HTMX pages for leads, timelines and the review queue."""
