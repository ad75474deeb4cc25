import { askProvider } from '../providers/ask-provider.ts';
import { fitPicture } from './fit-picture.ts';
import type { ImageSettings } from './image-settings.ts';
import { paintWithOpenAi } from './openai.ts';

/** Has a picture made that fills a cover: SVG elements. Rejects with a `ToolFailure`. */
export type ImageMaker = (prompt: string, signal: AbortSignal) => Promise<string>;

const PROVIDERS = { openai: paintWithOpenAi };
const OTHERWISE = 'Or call generate_featured_image with source generated, for shapes and colours.';

/** The provider that is configured; undefined where there is none. */
export function imageMaker(settings: ImageSettings | undefined): ImageMaker | undefined {
  if (!settings) return undefined;
  return async (prompt, signal) =>
    askProvider(settings, { signal, otherwise: OTHERWISE }, async (ending) =>
      fitPicture(await PROVIDERS[settings.name](settings, prompt, ending)),
    );
}
