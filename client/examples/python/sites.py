"""A website generator that asks before it spends: POST /sites makes an HTML file out of a brief, for one token."""
import asyncio
import html
import os
import re
import secrets
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from tokenguard_client import TokenGuard
from tokenguard_fastapi import TokenGuardMiddleware

PALETTES = {"ember": "#b3392f", "forest": "#2f6b3c", "ocean": "#1f5f8b", "plum": "#6b2f6b"}
SITES = Path(os.environ.get("SITES", "sites"))
SECONDS_PER_SECTION = float(os.environ.get("SECONDS_PER_SECTION", "0.5"))  # What a model would take to write one.


class Section(BaseModel):
    heading: str
    text: str


class Brief(BaseModel):
    title: str
    palette: str
    sections: list[Section]


class BadBrief(Exception):
    pass


async def build(brief: Brief) -> str:
    """Makes the site and gives back its file's name. Nothing is left behind when it is cancelled."""
    if brief.palette not in PALETTES:
        raise BadBrief(f"palette: '{brief.palette}' (expected: {', '.join(PALETTES)})")
    title, color = html.escape(brief.title), PALETTES[brief.palette]
    page = f"<!doctype html><meta charset=utf-8><title>{title}</title><h1 style='color:{color}'>{title}</h1>"
    for section in brief.sections:
        await asyncio.sleep(SECONDS_PER_SECTION)
        page += f"<h2>{html.escape(section.heading)}</h2><p>{html.escape(section.text)}</p>"
    name = re.sub(r"[^a-z0-9]+", "-", brief.title.lower()).strip("-")[:60] + f"-{secrets.token_hex(4)}.html"
    SITES.mkdir(parents=True, exist_ok=True)
    (SITES / name).write_text(page, encoding="utf-8")
    return name


def application(guard: TokenGuard) -> FastAPI:
    app = FastAPI()
    app.add_middleware(
        TokenGuardMiddleware, guard=guard, features={("POST", "/sites"): "create_website"},
        account=lambda headers: headers.get("x-account"),  # Set by what signs your users in, never by them.
        ttl=int(os.environ.get("TOKENGUARD_TTL", "60")))

    @app.post("/sites", status_code=201)
    async def create(brief: Brief):
        return {"success": True, "site": await build(brief)}

    @app.exception_handler(BadBrief)
    async def bad_brief(request: Request, problem: BadBrief):
        return JSONResponse({"success": False, "error_code": "BAD_BRIEF", "message": str(problem)}, status_code=422)

    return app


async def main():
    key = os.environ.get("TOKENGUARD_KEY")
    guard = TokenGuard(os.environ.get("TOKENGUARD_TARGET", "127.0.0.1:7707"), token=(lambda: key) if key else None)
    try:
        await uvicorn.Server(uvicorn.Config(application(guard), port=int(os.environ.get("PORT", "8080")))).serve()
    finally:
        await guard.close()


if __name__ == "__main__":
    asyncio.run(main())
