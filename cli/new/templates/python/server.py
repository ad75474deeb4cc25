"""What this server is: its name, and a tool to begin with. A tool more is a function more with `@mcp.tool`."""

from typing import Annotated

from mcp.server.mcpserver import Context, MCPServer
from mcp.types import ToolAnnotations
from pydantic import Field

from identity import identity_of

mcp = MCPServer("SERVER_NAME", version="0.1.0")


@mcp.tool(
    title="Greet",
    annotations=ToolAnnotations(
        readOnlyHint=True, destructiveHint=False, idempotentHint=True, openWorldHint=False
    ),
)
def greet(
    name: Annotated[str, Field(min_length=1, max_length=100, description="Whom to greet.")],
    ctx: Context,
) -> str:
    """Greets somebody by name, in the name of who calls."""
    return f"Hello, {name}, from {identity_of(ctx).subject or 'a stranger'}."
