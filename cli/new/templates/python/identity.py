"""Lets in only who comes through Mooring.

Every request carries `Mooring-Identity`, a JWS that says who calls. It is verified with the public keys of a file that Mooring
keeps, and each key belongs to one issuer: `mooring:gateway` speaks for callers, `mooring:operator` only asks what the server is.
"""

import json
import logging
import os
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import jwt
from mcp.server.mcpserver import Context

HEADER = b"mooring-identity"
TYPE = "mooring-identity+jwt"
GATEWAY = "mooring:gateway"
OPERATOR = "mooring:operator"

# All that the operator may ask.
DISCOVERY = frozenset(
    (
        "initialize",
        "notifications/initialized",
        "server/discover",
        "ping",
        "tools/list",
        "resources/list",
        "resources/templates/list",
        "prompts/list",
    )
)

# Seconds that two clocks may differ.
LEEWAY = 5

# Bytes: far more than the operator has to say.
MAX_QUESTION = 256 * 1024

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True)
class Identity:
    """Who calls. Anonymous callers have no subject."""

    issuer: str
    subject: str | None
    client_id: str | None
    scopes: frozenset[str]


class Refused(Exception):
    """A request that is not answered, with an HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def identity_of(ctx: Context) -> Identity:
    """Who calls the tool that this context was given to."""
    return ctx.request_context.request.scope[HEADER.decode()]


class IdentityKeys:
    """The keys of a file, read again when it has changed. While it is away or half written its last good content counts."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._trouble = ""
        self._keys: dict[str, tuple[str, jwt.PyJWK]] = {}

    def find(self, kid: object) -> tuple[str, jwt.PyJWK] | None:
        """The issuer and the key of this id."""
        try:
            stat = os.stat(self._path)
            seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if seen != self._seen:
                with open(self._path, encoding="utf-8") as file:
                    listed = json.load(file)["keys"]
                self._keys = {key["kid"]: (key["iss"], jwt.PyJWK(key, algorithm="ES256")) for key in listed}
                self._seen = seen
                self._trouble = ""
        except (OSError, ValueError, KeyError, TypeError, jwt.PyJWTError) as error:
            # Said once for each bad state, not once a request.
            if repr(error) != self._trouble:
                logging.warning("the identity keys of %s cannot be read: %r", self._path, error)
            self._trouble = repr(error)
        return self._keys.get(kid) if isinstance(kid, str) else None


class RequireIdentity:
    """An ASGI application in front of another one, which sees only requests with an identity."""

    def __init__(self, app: App, *, server: str, keys: IdentityKeys) -> None:
        self._app = app
        self._audience = f"mooring:server:{server}"
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close"})
        try:
            identity = self._identify(scope)
            if identity.issuer != GATEWAY:
                receive = await only_discovery(receive)
        except Refused as refused:
            return await answer(send, refused.status, str(refused))
        await self._app({**scope, HEADER.decode(): identity}, receive, send)

    def _identify(self, scope: Scope) -> Identity:
        tokens = [value for name, value in scope["headers"] if name == HEADER]
        try:
            if len(tokens) != 1:
                raise jwt.InvalidTokenError("one identity is needed")
            return self._verify(tokens[0].decode("ascii"))
        except (jwt.PyJWTError, ValueError) as error:
            raise Refused(401, "This server answers only requests that come through its Mooring gateway.") from error

    def _verify(self, token: str) -> Identity:
        header = jwt.get_unverified_header(token)
        found = self._keys.find(header.get("kid"))
        if found is None or header.get("typ") != TYPE:
            raise jwt.InvalidTokenError("no key for it, or not an identity")
        issuer, key = found
        claims = jwt.decode(
            token,
            key,
            algorithms=["ES256"],
            audience=self._audience,
            issuer=issuer,
            leeway=LEEWAY,
            options={"require": ["iss", "iat", "exp", "jti", "scope"]},
        )
        return Identity(
            issuer=issuer,
            subject=claims.get("sub"),
            client_id=claims.get("client_id"),
            scopes=frozenset(str(claims["scope"]).split()),
        )


async def only_discovery(receive: Receive) -> Receive:
    """Refuses a body that asks for more than what the server is; the application reads the same body again."""
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MAX_QUESTION:
            raise Refused(413, "That is more than the operator has to ask.")
    try:
        asked = json.loads(body or b"[]")
    except ValueError:
        asked = None
    messages = asked if isinstance(asked, list) else [asked]
    if not all(isinstance(each, dict) and each.get("method") in DISCOVERY for each in messages):
        raise Refused(403, "The operator may only ask what this server is.")
    unread = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return unread.pop() if unread else await receive()

    return again


async def answer(send: Send, status: int, message: str) -> None:
    """An error of JSON-RPC without an id: which message it answers was not read."""
    error = {"jsonrpc": "2.0", "id": None, "error": {"code": -32000, "message": message}}
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(error).encode()})
