"""`leadkeep gateway`: one gateway process."""

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("gateway")(gateway)


def gateway() -> None:
    """Serve webhooks and the review desk until stopped (`leadkeep run` starts this for you)."""
    import uvloop

    from appliance import logs
    from appliance.roots.gateway import serve
    from appliance.settings import load_settings

    settings = load_settings()
    logs.configure(settings.log_level)
    uvloop.run(serve(settings))
