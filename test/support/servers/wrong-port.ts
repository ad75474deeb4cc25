// An MCP server that listens on another port than it was told, as programs with a port of their own do: on any that is free.
process.env['PORT'] = '0';
await import('./echo.ts');
