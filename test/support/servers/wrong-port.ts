// An MCP server that listens on another port than it was told, as programs with a port of their own do.
process.env['PORT'] = String(Number(process.env['PORT']) + 1);
await import('./echo.ts');
