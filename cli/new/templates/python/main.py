"""Starts the server. Mooring says by the environment where to listen and whose requests to answer."""

import os

import uvicorn

from identity import IdentityKeys, RequireIdentity
from server import mcp

# Seconds: calls may end within the 30 that a pod has, and the gateway's connections outlive the pauses of a person.
GRACE = 25
KEEP_ALIVE = 75

if __name__ == "__main__":
    host = os.environ.get("HOST", "127.0.0.1")
    # Without sessions any process can answer any request.
    app = RequireIdentity(
        mcp.streamable_http_app(streamable_http_path="/mcp", stateless_http=True, json_response=True, host=host),
        server=os.environ["MOORING_SERVER"],
        keys=IdentityKeys(os.environ["MOORING_IDENTITY_JWKS"]),
    )
    uvicorn.run(
        app,
        host=host,
        port=int(os.environ.get("PORT", "8080")),
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=KEEP_ALIVE,
        access_log=False,
        server_header=False,
    )
