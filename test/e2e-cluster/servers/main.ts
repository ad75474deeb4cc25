// The MCP servers of the cluster tests, all in one image: `main.ts <kind>`. What each does wrong is in its file.
const KINDS: Readonly<Record<string, () => Promise<unknown>>> = {
  /** On the kit: verifies Mooring-Identity, ends gracefully. */
  kit: async () => import('./kit.ts'),
  /** On the official SDK alone, as most of the world's servers are. */
  plain: async () => import('./plain.ts'),
  /** Says why, and ends with exit code 3. */
  crash: async () => import('./crash.ts'),
  /** Takes connections and never answers. */
  hang: async () => import('./hang.ts'),
  /** Listens on another port than it was told. */
  'wrong-port': async () => import('./wrong-port.ts'),
  /** Runs and opens no port. */
  mute: async () => import('./mute.ts'),
  /** A web server, not an MCP server. */
  'not-mcp': async () => import('./not-mcp.ts'),
  /** Wants credentials that nobody has. */
  locked: async () => import('./locked.ts'),
  /** Takes more and more memory. */
  glutton: async () => import('./glutton.ts'),
  /** No MCP server: a web page for research. */
  article: async () => import('./article.ts'),
};

const kind = process.argv[2] ?? '';
const start = KINDS[kind];
if (!start) {
  process.stderr.write(`unknown kind of server "${kind}": ${Object.keys(KINDS).join(', ')}\n`);
  process.exit(2);
}
await start();
