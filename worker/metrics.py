"""What a worker counts and times; every label is bounded."""

from prometheus_client import Counter, Histogram

STAGE_SECONDS = Histogram(
    "leadkeep_stage_seconds",
    "Duration of one run of a stage",
    ["stage", "result"],
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120),
)
DECISIONS = Counter("leadkeep_decisions_total", "Policy decisions by outcome and first reason", ["outcome", "reason"])
DELIVERIES = Counter("leadkeep_mail_transactions_total", "Mail transactions by outcome", ["outcome"])
EFFECTS = Counter(
    "leadkeep_effect_attempts_total", "Attempts at effects in other systems by kind and outcome", ["kind", "outcome"]
)
ANSWER_SECONDS = Histogram(
    "leadkeep_answer_seconds",
    "From receipt of a lead to the mail server's acceptance of the first answer",
    buckets=(1, 2, 5, 10, 30, 60, 120, 300, 900, 3600, 14400, 86400),
)
LOST_LEASES = Counter("leadkeep_lost_leases_total", "Work dropped because another worker had taken the lead")
