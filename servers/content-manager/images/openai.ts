import { ToolFailure } from '../../kit/index.ts';
import { openAiClient } from '../providers/open-ai-client.ts';
import type { ImageSettings } from './image-settings.ts';

/** OpenAI's models answer with the bytes always, and refuse to be asked for them; others answer with an address unless asked. */
const ANSWERS_BYTES = /gpt-image/i;
/** Codes of errors that are about the wish and not about the settings: today's, and that of older models. */
const REFUSED: ReadonlySet<unknown> = new Set(['moderation_blocked', 'content_policy_violation']);

/** Images API: the bytes of one picture. Rejects with an error of the SDK, or a `ToolFailure`. */
export async function paintWithOpenAi(
  settings: ImageSettings,
  prompt: string,
  signal: AbortSignal,
): Promise<Buffer<ArrayBuffer>> {
  const { model, size, name } = settings;
  const client = await openAiClient(settings);
  const format = ANSWERS_BYTES.test(model) ? {} : { response_format: 'b64_json' as const };
  const { data } = await client.images
    .generate({ model, prompt, n: 1, size, ...format }, { signal })
    .catch((error: unknown) => {
      if (!REFUSED.has((error as { code?: unknown }).code)) throw error;
      throw new ToolFailure(`The provider ${name} refuses to paint this: describe another picture in prompt.`);
    });
  const base64 = data?.[0]?.b64_json;
  // An address would be one that a stranger chose for us to fetch.
  if (typeof base64 !== 'string')
    throw new ToolFailure(
      `The provider ${name} answered without the bytes of a picture (b64_json): the administrator has to choose a model that sends them.`,
    );
  return Buffer.from(base64, 'base64');
}
