"""The application: all pages of the registry, the static files, and the headers every answer carries.

Start it with ``uvicorn --factory web.app:create_app``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy import Engine
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from adapters.collector import set_start_aside
from adapters.database import open_engine
from adapters.secrets import make_cipher
from adapters.settings import Settings, get_settings
from web.headers import SecurityHeaders
from web.orchestration import FlowEngine, InstalledEngine
from web.pages import load_all
from web.problems import report
from web.registry import PAGES
from web.serving import endpoint, problem_page
from web.views import STATIC


def create_app(
    settings: Settings | None = None, engine: Engine | None = None, flows: FlowEngine | None = None
) -> FastAPI:
    """The application on the installation's settings and database; tests give their own of each."""
    chosen = settings or get_settings()
    app = FastAPI(title="An Sinh", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan)
    app.state.settings = chosen
    app.state.engine = engine or open_engine(chosen.database_url, cipher=make_cipher(chosen))
    app.state.flows = flows or InstalledEngine()
    load_all()
    for page in PAGES:
        app.add_route(page.path, endpoint(page), methods=[page.method], include_in_schema=False)
    app.mount("/static", GZipMiddleware(StaticFiles(directory=STATIC)), name="static")
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(Exception, _unexpected)
    app.add_middleware(SecurityHeaders)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    set_start_aside()
    yield
    app.state.engine.dispose()


async def _http_problem(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return problem_page(request, status)


async def _unexpected(request: Request, error: Exception) -> Response:
    return problem_page(request, 500, f"Hệ thống gặp lỗi. Mã tra cứu: {report(error)}. Hãy báo Quản trị.")
