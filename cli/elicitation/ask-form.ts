import type { ElicitRequestFormParams, ElicitResult } from '@modelcontextprotocol/client';
import type { AskLines } from './ask-lines.ts';
import { formField } from './form-field.ts';

type Content = NonNullable<ElicitResult['content']>;

/** Asks for each field until its value fits. The input ended: the person wants none of it. */
export async function askForm(
  { requestedSchema: { properties, required = [] } }: ElicitRequestFormParams,
  terminal: AskLines,
): Promise<ElicitResult> {
  const content: Content = {};
  for (const [name, schema] of Object.entries(properties)) {
    const field = formField(name, schema, required.includes(name));
    for (;;) {
      const line = await terminal.ask(field.prompt);
      if (line === undefined) return { action: 'cancel' };
      const read = field.read(line);
      if ('value' in read) {
        if (read.value !== undefined) content[name] = read.value as Content[string];
        break;
      }
      terminal.say(`  That does not fit: it ${read.problem}.`);
    }
  }
  return { action: 'accept', content };
}
