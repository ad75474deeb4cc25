import type { Command } from 'commander';

export function addLogout(program: Command): void {
  program
    .command('logout')
    .description('end the sign-in at a gateway, here and there')
    .argument('[url]', 'the gateway (default: the only one that you are signed in to)')
    .action(async (url: string | undefined) => {
      const { logout } = await import('../login/logout.ts');
      await logout(url);
    });
}
