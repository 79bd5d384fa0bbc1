"""The desk's own style sheets and scripts, served from memory under names that change with their bytes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Response

from models.errors import NotFoundError
from ui.answers import PageRoute

FOLDER = Path(__file__).parent / "static"
MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
FOR_EVER = "public, max-age=31536000, immutable"

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True)
class Asset:
    """One file and the start of its SHA-256 (hex)."""

    content: bytes
    media_type: str
    digest: str


@cache
def assets() -> Mapping[str, Asset]:
    """Read every static file once."""
    files = (path for path in sorted(FOLDER.iterdir()) if path.suffix in MEDIA_TYPES)
    return {path.name: _asset(path) for path in files}


def static_url(name: str) -> str:
    """Return the address of a static file; KeyError when there is none."""
    return f"/static/{assets()[name].digest}/{name}"


@router.get("/static/{digest}/{name}")
async def static_file(digest: str, name: str) -> Response:
    """Serve a static file; only under its own digest may it be kept for ever."""
    asset = assets().get(name)
    if asset is None:
        message = "there is no such file"
        raise NotFoundError(message)
    keep = FOR_EVER if digest == asset.digest else "no-cache"
    return Response(asset.content, media_type=asset.media_type, headers={"Cache-Control": keep})


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    return Asset(content, MEDIA_TYPES[path.suffix], hashlib.sha256(content).hexdigest()[:16])
