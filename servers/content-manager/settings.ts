import { homedir } from 'node:os';
import { Failure } from '../../core/failure.ts';
import { imageSettings, type ImageSettings } from './images/image-settings.ts';
import { searchSettings, type SearchSettings } from './search/search-settings.ts';
import { textSettings, type TextSettings } from './text/text-settings.ts';

/** What the administrator says in `env` of the manifest. */
export interface ContentSettings {
  /** Hosts (`host` or `host:port`) that pages may be fetched from although they are not on the public web. */
  readonly allowedHosts: readonly string[];
  readonly home: string;
  /** Who writes bodies; undefined: the client's own model, or nobody. */
  readonly text: TextSettings | undefined;
  /** Who finds pages by topic; undefined: nobody. */
  readonly search: SearchSettings | undefined;
  /** Who makes pictures; undefined: shapes and colours are painted here. */
  readonly image: ImageSettings | undefined;
}

/** Reads the settings. Throws a `Failure` (`bad_environment`). */
export function contentSettings(env: NodeJS.ProcessEnv): ContentSettings {
  const allowedHosts = (env['MOORING_CONTENT_ALLOW'] ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
  const wrong = allowedHosts.find((entry) => !/^([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i.test(entry));
  if (wrong !== undefined) {
    throw new Failure(
      'bad_environment',
      `MOORING_CONTENT_ALLOW holds "${wrong.slice(0, 100)}", which is no host: write wiki.example or wiki.example:8080, with commas between.`,
    );
  }
  return {
    allowedHosts,
    home: env['HOME'] || homedir(),
    text: textSettings(env),
    search: searchSettings(env),
    image: imageSettings(env),
  };
}
