"""Security headers of every answer."""

from flask import Flask, Response, current_app, g, request

STRICT = "max-age=63072000; includeSubDomains"  # sent where the house is reached by https
POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def install(app: Flask) -> None:
    """Set the headers after each request."""
    app.after_request(_secure)


def allow_diagram_styles() -> None:
    """For this answer only: bpmn-js positions its canvas and overlays by style attributes."""
    g.diagram_styles = True


def _secure(response: Response) -> Response:
    policy = dict(POLICY)
    if g.get("diagram_styles"):
        policy["style-src"] = "'self' 'unsafe-inline'"
    headers = response.headers
    headers.setdefault("Content-Security-Policy", "; ".join(f"{name} {value}" for name, value in policy.items()))
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers.setdefault("Strict-Transport-Security", STRICT)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.endpoint != "static":
        # a shared machine must not show a page of the person before
        headers.setdefault("Cache-Control", "no-store, private")
    return response
