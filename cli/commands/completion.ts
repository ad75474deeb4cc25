import { Argument, type Command } from 'commander';

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a script that makes a shell complete commands, flags, and the names of servers and tools')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', INSTRUCTIONS)
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { SCRIPTS } = await import('../completion/scripts.ts');
      process.stdout.write(SCRIPTS[shell]);
    });
}

const INSTRUCTIONS = `
bash: add to ~/.bashrc                  source <(mooring completion bash)
zsh:  add to ~/.zshrc, after compinit   source <(mooring completion zsh)
fish: once                              mooring completion fish > ~/.config/fish/completions/mooring.fish
kubectl mooring: nothing but kubectl's own completion; it finds \`kubectl_complete-mooring\` on PATH (kubectl 1.26 and later).`;
