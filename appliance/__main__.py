"""`python -m appliance` is `leadkeep`; the supervisor starts its children this way."""

from appliance.cli import app

if __name__ == "__main__":
    app()
