import {
  integerSetting,
  modelSetting,
  providerSettings,
  type ProviderSettings,
} from '../providers/provider-settings.ts';

const TEXT_PROVIDERS = {
  anthropic: { default: 'https://api.anthropic.com', needsKey: true },
  // Models at home need none.
  openai: { default: 'https://api.openai.com/v1', needsKey: false },
} as const;

/** Tokens: 4,000 are a long post of 2,500 words; models that think before they write take more. */
const MAX_TOKENS = { default: 4000, max: 64_000 };

/** Which model writes posts. */
export interface TextSettings extends ProviderSettings<keyof typeof TEXT_PROVIDERS> {
  readonly model: string;
  readonly maxTokens: number;
}

/** Undefined where no provider is named. Throws a `Failure` (`bad_environment`). */
export function textSettings(env: NodeJS.ProcessEnv): TextSettings | undefined {
  const provider = providerSettings(env, 'MOORING_CONTENT_TEXT', TEXT_PROVIDERS);
  return (
    provider && {
      ...provider,
      model: modelSetting(env, 'MOORING_CONTENT_TEXT_MODEL'),
      maxTokens: integerSetting(env, 'MOORING_CONTENT_TEXT_MAX_TOKENS', MAX_TOKENS),
    }
  );
}
