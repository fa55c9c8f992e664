"""Headers of every answer: no foreign script, no frame, no copy of a page with people in a cache."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def _keeping(path: str, question: bytes) -> str:
    """How long a browser keeps an answer: files named with their version, and those of others, for long."""
    if not path.startswith("/static/"):
        return "no-store"
    if question.startswith(b"v="):
        return "public, max-age=31536000, immutable"
    return f"public, max-age={2_592_000 if path.startswith('/static/vendor/') else 3_600}"


class SecurityHeaders:
    """Adds the headers; everything but the static files is never stored by a browser or a proxy."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete its answer's headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        keep = _keeping(scope["path"], scope["query_string"])

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers["Cache-Control"] = keep
            await send(message)

        await self.app(scope, receive, with_headers)
