/** What `npm run image` builds and the cluster tests run. Nobody pulls them: they are brought onto the nodes. */
export const IMAGES = {
  mooring: { repository: 'mooring.test/mooring', tag: 'e2e' },
  /** The MCP servers and the toolbox of test/e2e-cluster. */
  testServers: { repository: 'mooring.test/test-servers', tag: 'e2e' },
  /** What `mooring new server` writes, built by `mooring build`. */
  newServer: { repository: 'mooring.test/new-server', tag: 'e2e' },
  /** What `mooring build` makes of a package of npm, and of a single program. */
  builtPackage: { repository: 'mooring.test/built-package', tag: 'e2e' },
  builtProgram: { repository: 'mooring.test/built-program', tag: 'e2e' },
} as const;

export const reference = ({ repository, tag }: { readonly repository: string; readonly tag: string }): string =>
  `${repository}:${tag}`;
