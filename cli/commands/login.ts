import type { Command } from 'commander';
import type { LoginOptions } from '../login/login.ts';

export function addLogin(program: Command): void {
  program
    .command('login')
    .description('sign in to a gateway, for every server that it has now')
    .argument('<url>', 'the gateway, or any server of it: https://mcp.example.com')
    .option('--no-browser', 'print the address to open, and open nothing')
    .action(async (url: string, options: LoginOptions) => {
      const { login } = await import('../login/login.ts');
      await login(url, options);
    });
}
