"""What every answer of the product says to the browser, whatever it is and whoever asked."""

from django.http import HttpResponse

POLICY = ("default-src", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action")
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # docs/adr/0005
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
A_YEAR = 31_536_000


def missing(answer: HttpResponse, *, is_private: bool) -> list[str]:
    """What an answer over TLS lacks; nothing, if all is well.

    ``is_private``: it is for somebody who signed in, or who holds a link.
    """
    said = answer.headers
    wrong = [f"{name}: {said.get(name)}" for name, value in ALWAYS.items() if said.get(name) != value]
    policy = said.get("Content-Security-Policy", "")
    wrong += [f"policy without {part}" for part in POLICY if part not in policy]
    wrong += ["policy with unsafe-"] if "unsafe-" in policy or "*" in policy else []
    strict = said.get("Strict-Transport-Security", "")
    wrong += [] if strict.startswith(f"max-age={A_YEAR}; includeSubDomains") else [f"HSTS: {strict}"]
    if is_private and "no-store" not in said.get("Cache-Control", ""):
        wrong.append(f"may be kept: {said.get('Cache-Control')}")
    kind = said.get("Content-Type", "")
    wrong += [f"without its encoding: {kind}"] if kind.startswith("text/") and "charset=" not in kind else []
    wrong += [f"open to other sites: {name}" for name in said if name.lower().startswith("access-control-")]
    for name, cookie in answer.cookies.items():
        if not (cookie["samesite"] and cookie["path"] == "/" and not cookie["domain"]):
            wrong.append(f"cookie {name}: {cookie.OutputString()}")
    return wrong
