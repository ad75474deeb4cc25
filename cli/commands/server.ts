import { Argument, type Command } from 'commander';

/** The bundled servers; each module is loaded only when its server runs. */
const BUNDLED = {
  systemprompt: async () => (await import('../../servers/systemprompt/main.ts')).startSystemprompt(),
  'content-manager': async () => (await import('../../servers/content-manager/main.ts')).startContentManager(),
  marketplace: async () => (await import('../../servers/marketplace/main.ts')).startMarketplace(),
} as const;

export function addServer(program: Command): void {
  program
    .command('server')
    .description('run a bundled MCP server in the foreground (what a manifest with `binary: mooring` starts)')
    .addArgument(new Argument('<name>', 'which server').choices(Object.keys(BUNDLED)))
    .action(async (name: keyof typeof BUNDLED) => {
      await BUNDLED[name]();
    });
}
