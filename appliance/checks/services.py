"""What the box talks to: the engine, the mail server, the CRM and Slack."""

import httpx

from appliance import processes
from appliance.addresses import addresses
from appliance.doctor import CheckResult, off, ok, problem
from appliance.roots.connectors import open_connectors
from appliance.settings import Settings
from worker.mail_server import mail_server_of
from worker.smtp import probe

ENGINE_TIMEOUT_S = 10.0
NOT_STARTED = "embedded; starts with `leadkeep run`"
ENGINE_ADVICE = "Check LEADKEEP_ENGINE_URL and the engine's log."


async def gateway(settings: Settings, *, is_running: bool) -> CheckResult:
    """Check that the gateway answers where people reach it; only if it runs here."""
    if await processes.answers_ok(f"{settings.local_url}/readyz"):
        return ok("gateway", settings.base_url)
    if not is_running:
        return off("gateway", "starts with `leadkeep run` or `leadkeep gateway`")
    return problem("gateway", "It runs and is not ready.", f"Look at {settings.log_dir / 'gateway.log'}.")


async def engine(settings: Settings, *, is_running: bool) -> CheckResult:
    """Check that the engine is healthy and serves the configured model."""
    root = addresses(settings).engine_url.removesuffix("/v1")
    key = settings.engine_api_key.get_secret_value() if settings.engine_api_key else ""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        async with httpx.AsyncClient(timeout=ENGINE_TIMEOUT_S, trust_env=False, headers=headers) as client:
            health = await client.get(f"{root}/health")
            models = await client.get(f"{root}/v1/models")
    except httpx.InvalidURL:
        return problem("engine", "LEADKEEP_ENGINE_URL is no address.", "Write it as http://vllm:8000/v1.")
    except httpx.HTTPError as error:
        if settings.engine_url is None and not is_running:
            return off("engine", NOT_STARTED)
        return problem("engine", f"No answer ({type(error).__name__}).", ENGINE_ADVICE)
    return _judge_engine(settings.engine_model, health, models)


async def mail(settings: Settings, *, is_running: bool) -> CheckResult:
    """Check that the mail server greets and, if it asks for a password, takes ours; nothing is sent."""
    server = mail_server_of(addresses(settings).smtp_url)
    if settings.smtp_url is None:
        if await processes.greets_as_smtp(server.host, server.port):
            return ok("mail", "local sink: mail stays here, at /outbox")
        advice = f"Look at {settings.log_dir / 'mail-sink.log'}."
        return problem("mail", "The local sink is not there.", advice) if is_running else off("mail", NOT_STARTED)
    trouble = await probe(server)
    if trouble:
        return problem("mail", trouble, "Correct LEADKEEP_SMTP_URL.")
    return ok("mail", f"{server.host}:{server.port}, {server.security.value}")


async def crm(settings: Settings) -> CheckResult:
    """Check the configured CRM by looking up an address that belongs to nobody."""
    async with open_connectors(settings) as connectors:
        if connectors.crm is None:
            return off("crm", "no LEADKEEP_HUBSPOT_TOKEN, no LEADKEEP_SALESFORCE_CLIENT_ID")
        await connectors.crm.check()
        return ok("crm", "HubSpot" if settings.hubspot_token else "Salesforce")


async def slack(settings: Settings) -> CheckResult:
    """Check Slack's webhook with an empty message, which Slack refuses without posting."""
    async with open_connectors(settings) as connectors:
        if connectors.notifier is None:
            return off("slack", "no LEADKEEP_SLACK_WEBHOOK_URL")
        await connectors.notifier.check()
        return ok("slack")


def _judge_engine(model: str, health: httpx.Response, models: httpx.Response) -> CheckResult:
    if models.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        return problem("engine", "It refuses the key.", "Correct LEADKEEP_ENGINE_API_KEY.")
    if not health.is_success:
        return problem("engine", f"It is not healthy (HTTP {health.status_code}).", ENGINE_ADVICE)
    try:
        served = [str(entry["id"]) for entry in models.json()["data"]]
    except (ValueError, KeyError, TypeError):
        return problem("engine", "What answers there is no vLLM.", ENGINE_ADVICE)
    if model not in served:
        advice = "Set LEADKEEP_ENGINE_MODEL to a name that it serves."
        return problem("engine", f"It serves {', '.join(served)}, not {model}.", advice)
    return ok("engine", f"serves {model}")
