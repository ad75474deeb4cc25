import { ToolFailure } from '../../kit/index.ts';
import { askProvider } from '../providers/ask-provider.ts';
import { writeWithAnthropic } from './anthropic.ts';
import { writeWithOpenAi } from './openai.ts';
import type { TextSettings } from './text-settings.ts';
import type { WritingTask } from './writing-task.ts';

/** Has a text written. Rejects with a `ToolFailure`. */
export type TextWriter = (task: WritingTask, signal: AbortSignal) => Promise<string>;

const PROVIDERS = { anthropic: writeWithAnthropic, openai: writeWithOpenAi };
const OTHERWISE = 'Or write the body yourself, and call create_blog_post with title, body and researchId.';

/** The writer that is configured; undefined where there is none. */
export function textWriter(settings: TextSettings | undefined): TextWriter | undefined {
  if (!settings) return undefined;
  return async (task, signal) =>
    askProvider(settings, { signal, otherwise: OTHERWISE }, async (ending) => {
      const { text, ended } = await PROVIDERS[settings.name](settings, task, ending);
      if (ended === 'length')
        throw new ToolFailure(
          `The model of the provider ${settings.name} did not finish within ${settings.maxTokens} tokens: the administrator can raise MOORING_CONTENT_TEXT_MAX_TOKENS.`,
        );
      if (ended === 'refused' || text.trim() === '')
        throw new ToolFailure(`The model of the provider ${settings.name} wrote no text.`);
      return text;
    });
}
