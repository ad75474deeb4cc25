import type { Command } from 'commander';
import { addFormatOption, type FormatOptions } from '../output/format.ts';
import { addPlaceOptions, type PlaceOptions } from '../places/place-options.ts';

export function addValidate(program: Command): void {
  addFormatOption(addPlaceOptions(program.command('validate')))
    .description(
      'check manifests without applying them, or a running server as its clients would; names every problem at once',
    )
    .argument('[words...]', 'manifests (files, folders), or names of servers (default: examples/local)')
    .addHelpText('after', EXAMPLES)
    .action(async (words: readonly string[], { output, ...options }: PlaceOptions & FormatOptions) => {
      const { validateWords } = await import('../validate-server/validate-words.ts');
      await validateWords(words, options, output);
    });
}

const EXAMPLES = `
Examples:
  mooring validate weather.yaml manifests/     what \`mooring up\` or a cluster would say of these manifests
  mooring validate weather                     connects to the server: both eras of MCP, tools, their schemas, rules of the manifest
  mooring validate weather -o json             {"server": …, "checks": [{"name", "result": "passed"|"warning"|"failed", "message"}]}

A word that is a file here, has an ending .yaml or a / means a file; NAMESPACE/NAME that is none means a server. Exit code 1 where something is not valid.`;
