import { Failure } from '../../../core/failure.ts';

/** A service of somebody else that the administrator chose. */
export interface ProviderSettings<Name extends string = string> {
  readonly name: Name;
  readonly url: URL;
  readonly key: string | undefined;
  /** Milliseconds for a call with all its attempts. */
  readonly timeout: number;
}

/** What kinds of providers have in common: `default` is the official address, where there is one. */
export interface ProviderKind {
  readonly default?: string;
  readonly needsKey: boolean;
}

/** Seconds. A page of text takes a model half a minute; nobody waits ten. */
const TIMEOUT = { default: 120, max: 600 };

/**
 * Reads `<prefix>_PROVIDER`, `_URL`, `_KEY` and `_TIMEOUT`; undefined where no provider is named. Throws a `Failure`
 * (`bad_environment`), which never holds a value of `_KEY`.
 */
export function providerSettings<Name extends string>(
  env: NodeJS.ProcessEnv,
  prefix: string,
  kinds: Readonly<Record<Name, ProviderKind>>,
): ProviderSettings<Name> | undefined {
  const name = env[`${prefix}_PROVIDER`]?.trim() || undefined;
  if (name === undefined) return undefined;
  if (!isOneOf(name, kinds)) throw bad(`${prefix}_PROVIDER`, `must be one of ${Object.keys(kinds).join(', ')}`);
  const kind = kinds[name];
  const key = env[`${prefix}_KEY`]?.trim() || undefined;
  if (key === undefined && kind.needsKey) throw bad(`${prefix}_KEY`, `is needed for ${name}; take it from a Secret`);
  // What a header can hold (RFC 9110 section 5.5), without spaces.
  if (key !== undefined && !/^[\u0021-\u007e]{1,4096}$/.test(key)) throw bad(`${prefix}_KEY`, 'holds no usable key');
  const url = providerUrl(env[`${prefix}_URL`]?.trim() || kind.default, `${prefix}_URL`);
  if (key !== undefined && url.protocol === 'http:' && !isLoopback(url))
    throw bad(`${prefix}_URL`, 'must begin with https:, because a key would be readable on its way');
  const timeout = integerSetting(env, `${prefix}_TIMEOUT`, TIMEOUT) * 1000;
  return { name, url, key, timeout };
}

/** A whole number from 1 to `max`. Throws a `Failure` (`bad_environment`). */
export function integerSetting(
  env: NodeJS.ProcessEnv,
  name: string,
  bounds: { readonly default: number; readonly max: number },
): number {
  const value = Number(env[name] || bounds.default);
  if (Number.isInteger(value) && value >= 1 && value <= bounds.max) return value;
  throw bad(name, `must be a whole number from 1 to ${bounds.max}`);
}

/** Name of a model. Throws a `Failure` (`bad_environment`). */
export function modelSetting(env: NodeJS.ProcessEnv, name: string): string {
  const model = env[name]?.trim() ?? '';
  if (model !== '' && model.length <= 200) return model;
  throw bad(name, 'must name the model to use');
}

function providerUrl(given: string | undefined, name: string): URL {
  if (given === undefined) throw bad(name, 'is needed: the address of the API');
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw bad(name, 'must be an https: or http: address without user name, query and fragment');
  return url;
}

const isOneOf = <Name extends string>(name: string, kinds: Readonly<Record<Name, unknown>>): name is Name =>
  Object.hasOwn(kinds, name);

const isLoopback = ({ hostname }: URL): boolean => ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);

const bad = (name: string, problem: string): Failure =>
  new Failure('bad_environment', `${name} ${problem}. Change it in env of the McpServer.`);
