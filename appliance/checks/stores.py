"""What remembers and what wakes: PostgreSQL with the current schema, Redis or Valkey that loses and evicts nothing."""

from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, RedisError

from appliance import postgres, valkey
from appliance.addresses import addresses, embedded_postgres, embedded_valkey
from appliance.doctor import CheckResult, off, ok, problem
from appliance.settings import Settings
from models import migrate
from models.queries import server

OLDEST_POSTGRES = 160_000
NOT_STARTED = "embedded; starts with `leadkeep run`"
REDIS_TIMEOUT_S = 5.0


async def database(settings: Settings, *, is_running: bool) -> CheckResult:
    """Check version, durability and schema."""
    if settings.database_url is None and not is_running and not await postgres.answers(embedded_postgres(settings)):
        return off("database", NOT_STARTED)
    facts = await server.server_facts(addresses(settings).database_url)
    if facts.version < OLDEST_POSTGRES:
        return problem("database", f"PostgreSQL {_release(facts.version)} is too old.", "Use PostgreSQL 16 or newer.")
    if not facts.keeps_commits:
        advice = "Set fsync and synchronous_commit to on: an acknowledged lead must survive a power cut."
        return problem("database", "Commits may be lost in a crash.", advice)
    return await _schema(addresses(settings).database_url, f"PostgreSQL {_release(facts.version)}")


async def queue(settings: Settings, *, is_running: bool) -> CheckResult:
    """Check that the queue answers, keeps an append-only file and never evicts."""
    if settings.redis_url is None and not is_running and not await valkey.answers(embedded_valkey(settings)):
        return off("queue", NOT_STARTED)
    client = Redis.from_url(
        addresses(settings).redis_url, socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S
    )
    try:
        facts = await client.info()
    except AuthenticationError:
        return problem("queue", "It refuses the password.", "Correct LEADKEEP_REDIS_URL.")
    except RedisError as error:
        return problem("queue", f"No answer ({type(error).__name__}).", "Check LEADKEEP_REDIS_URL and the server.")
    finally:
        await client.aclose()
    return _judge_queue(facts)


async def _schema(database_url: str, server_name: str) -> CheckResult:
    current, newest = await migrate.current_revision(database_url), migrate.newest_revision()
    if current == newest:
        return ok("database", f"{server_name}, schema {newest}")
    detail = f"The schema is at {current or 'nothing'}, this release needs {newest}."
    return problem("database", detail, "Run `leadkeep migrate`.")


def _judge_queue(facts: dict[str, object]) -> CheckResult:
    name = f"{facts.get('server_name', 'redis')} {facts.get('valkey_version') or facts.get('redis_version', '')}"
    if not facts.get("aof_enabled"):
        advice = "Set appendonly yes: else a restart forgets what was queued, and leads wait for the relay."
        return problem("queue", f"{name} keeps no append-only file.", advice)
    if facts.get("maxmemory_policy") != "noeviction":
        return problem("queue", f"{name} may evict jobs.", "Set maxmemory-policy noeviction.")
    return ok("queue", f"{name}, append-only file on, no eviction")


def _release(version: int) -> str:
    return f"{version // 10_000}.{version % 10_000}"
