"""Runs the server as Mooring would, without a gateway: `.venv/bin/pytest`."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

SERVER = "default/SERVER_NAME"
FOLDER = Path(__file__).parent
GATEWAY = "mooring:gateway"
OPERATOR = "mooring:operator"


class RunningServer:
    """The server as a process, and keys that stand in for those of the gateway and the operator."""

    def __init__(self, folder: Path) -> None:
        self.jwks = folder / "jwks.json"
        self.keys = {issuer: ec.generate_private_key(ec.SECP256R1()) for issuer in (GATEWAY, OPERATOR)}
        self.publish()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.endpoint = f"http://127.0.0.1:{port}/mcp"
        env = {
            **os.environ,
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "MOORING_SERVER": SERVER,
            "MOORING_IDENTITY_JWKS": str(self.jwks),
        }
        self.process = subprocess.Popen([sys.executable, FOLDER / "main.py"], env=env)
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        for _ in range(600):
            assert self.process.poll() is None, "the server ended"
            try:
                httpx2.post(self.endpoint)
                return
            except httpx2.ConnectError:
                time.sleep(0.05)
        raise AssertionError("the server does not listen")

    def publish(self) -> None:
        """Writes the keys that there are now; the file is replaced as a whole."""
        listed = [
            {**ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": issuer, "iss": issuer}
            for issuer, key in self.keys.items()
        ]
        new = self.jwks.with_suffix(".new")
        new.write_text(json.dumps({"keys": listed}))
        new.replace(self.jwks)

    def identity(self, issuer: str = GATEWAY, *, typ: str = "mooring-identity+jwt", **claims: object) -> dict[str, str]:
        now = int(time.time())
        said = {
            "iss": issuer,
            "aud": f"mooring:server:{SERVER}",
            "sub": "ada",
            "scope": "user",
            "jti": str(uuid.uuid4()),
            "iat": now,
            "exp": now + 60,
            **claims,
        }
        headers = {"kid": issuer, "typ": typ}
        return {"mooring-identity": jwt.encode(said, self.keys[issuer], algorithm="ES256", headers=headers)}

    def ask(self, method: str, headers: dict[str, str]) -> int:
        """The HTTP status of one request."""
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"name": "greet", "arguments": {"name": "x"}}}
        accept = {"accept": "application/json, text/event-stream"}
        return httpx2.post(self.endpoint, json=message, headers={**accept, **headers}).status_code


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path_factory.mktemp("identity"))
    yield running
    running.process.terminate()
    running.process.wait(30)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_greets_in_the_name_of_who_calls(server: RunningServer, mode: str) -> None:
    async def call() -> str:
        http = httpx2.AsyncClient(headers=server.identity())
        transport = streamable_http_client(server.endpoint, http_client=http)
        async with http, Client(transport, mode=mode) as client:
            result = await client.call_tool("greet", {"name": "Grace"})
            return result.content[0].text

    assert asyncio.run(call()) == "Hello, Grace, from ada."


def test_answers_nobody_who_did_not_come_through_the_gateway(server: RunningServer) -> None:
    refused = {
        "without": {},
        "not one": {"mooring-identity": "x.y.z"},
        "for another server": server.identity(aud="mooring:server:default/other"),
        "expired": server.identity(exp=int(time.time()) - 60),
        "of another type": server.identity(typ="at+jwt"),
        "signed by the operator in the name of the gateway": server.identity(OPERATOR, iss=GATEWAY),
    }
    assert {why: server.ask("tools/call", headers) for why, headers in refused.items()} == dict.fromkeys(refused, 401)
    assert server.ask("tools/call", server.identity()) != 401


def test_the_operator_may_only_ask_what_the_server_is(server: RunningServer) -> None:
    assert server.ask("tools/list", server.identity(OPERATOR)) not in (401, 403)
    assert server.ask("tools/call", server.identity(OPERATOR)) == 403


def test_a_new_key_is_found(server: RunningServer) -> None:
    server.keys[GATEWAY] = ec.generate_private_key(ec.SECP256R1())
    assert server.ask("tools/list", server.identity()) == 401
    server.publish()
    assert server.ask("tools/list", server.identity()) != 401
