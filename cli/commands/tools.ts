import type { Command } from 'commander';
import { addFormatOption, type FormatOptions } from '../output/format.ts';
import { addPlaceOptions, type PlaceOptions } from '../places/place-options.ts';

export function addTools(program: Command): void {
  addFormatOption(addPlaceOptions(program.command('tools')))
    .description(
      'what a server can do now: its tools, their arguments and the scopes that they need; or one tool, whole',
    )
    .argument('<name>', 'the server: NAME or NAMESPACE/NAME')
    .argument('[tool]', 'one tool: everything about it, and an example of a call')
    .option('--scope <scopes>', 'ask with a token of these scopes only (separated by spaces)')
    .addHelpText('after', EXAMPLES)
    .action(
      async (name: string, tool: string | undefined, options: PlaceOptions & FormatOptions & { scope?: string }) => {
        const { showTools } = await import('../tools/show-tools.ts');
        await showTools(name, tool, options);
      },
    );
}

const EXAMPLES = `
Examples:
  mooring tools weather                    one line a tool, as wide as the terminal
  mooring tools weather -o wide            nothing cut, with titles
  mooring tools weather get_forecast       one tool and how to call it
  mooring tools weather -o json            the definitions as the server gives them: {"tools": […]}

An argument that may be left out has a question mark. HINTS is what the server says of a tool, and nobody checks it.`;
