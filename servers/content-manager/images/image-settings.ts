import { modelSetting, providerSettings, type ProviderSettings } from '../providers/provider-settings.ts';
import { Failure } from '../../../core/failure.ts';

const IMAGE_PROVIDERS = {
  // Models at home need no key.
  openai: { default: 'https://api.openai.com/v1', needsKey: false },
} as const;

/** Pixels: the size that all of OpenAI's image models know and that is nearest to a cover (1200×630). */
const SIZE = '1536x1024';

/** Which model makes pictures. */
export interface ImageSettings extends ProviderSettings<keyof typeof IMAGE_PROVIDERS> {
  readonly model: string;
  /** `1536x1024`, or `auto`. */
  readonly size: string;
}

/** Undefined where no provider is named. Throws a `Failure` (`bad_environment`). */
export function imageSettings(env: NodeJS.ProcessEnv): ImageSettings | undefined {
  const provider = providerSettings(env, 'MOORING_CONTENT_IMAGE', IMAGE_PROVIDERS);
  if (!provider) return undefined;
  const size = env['MOORING_CONTENT_IMAGE_SIZE']?.trim() || SIZE;
  if (!/^(auto|\d{3,4}x\d{3,4})$/.test(size))
    throw new Failure(
      'bad_environment',
      'MOORING_CONTENT_IMAGE_SIZE must be like 1536x1024, or auto. Change it in env of the McpServer.',
    );
  return { ...provider, model: modelSetting(env, 'MOORING_CONTENT_IMAGE_MODEL'), size };
}
