import { z } from 'zod';

/** A string of 1..`max` characters. Every string is bounded: unbounded ones exceed the CEL cost budget of the API server. */
export const text = (max: number) => z.string().min(1).max(max);

/**
 * A string in a fixed form. `words` say what the pattern allows, with an example, so that "write …" is a sentence: it is what a person reads who
 * got it wrong. The API server matches with RE2: no look-around, no back references.
 */
export const formed = (max: number, pattern: RegExp, words: string) =>
  text(max)
    .regex(pattern)
    .meta({ allowed: `write ${words}` });

/** RFC 1123 label, as Kubernetes wants for namespaces. */
export const dnsLabel = () =>
  formed(
    63,
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    'lower-case letters, digits and -, with a letter or digit at both ends; for example `team-a`',
  );

/** RFC 1123 subdomain: names of Secrets and ConfigMaps. */
export const dnsSubdomain = () =>
  formed(
    253,
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    'lower-case letters, digits, - and ., with a letter or digit at both ends of each part; for example `notes`',
  );

/** RFC 1035 label: names of Services, and so of McpServers. */
export const SERVICE_NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
export const SERVICE_NAME_LENGTH = 63;
export const SERVICE_NAME_WORDS =
  'up to 63 lower-case letters, digits and -, with a letter first and a letter or digit last; for example `notes`';
export const serviceName = () => formed(SERVICE_NAME_LENGTH, SERVICE_NAME, SERVICE_NAME_WORDS);

/** RFC 6749 section 3.3: `scope-token`. */
export const scopeToken = () =>
  formed(
    128,
    /^[\x21\x23-\x5B\x5D-\x7E]+$/,
    'one scope for each entry, without spaces, quotes and backslashes; for example `tools:read`',
  );

/** An absolute http or https URL without credentials. */
export const webUrl = () =>
  formed(
    2048,
    /^https?:\/\/[^\s@/?#]+([/?#]\S*)?$/,
    'an absolute http or https URL without user name or password; for example `https://example.com/notes`',
  );

/** A port number. */
export const port = (portKind: string) =>
  z
    .int()
    .min(1)
    .max(65_535)
    .meta({ allowed: `${portKind} is 1 to 65535` });
