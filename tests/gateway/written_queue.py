"""A queue that only writes down what it was told."""

from dataclasses import dataclass, field

from models.queries.intake import Job


@dataclass
class WrittenQueue:
    """Keeps what was to be queued."""

    is_up: bool = True
    woken: list[Job] = field(default_factory=list)

    async def wake(self, job: Job) -> None:
        self.woken.append(job)

    async def answers(self) -> bool:
        return self.is_up
