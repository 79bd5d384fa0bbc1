"""The review queue, one draft on the desk, and a reviewer's acts."""
