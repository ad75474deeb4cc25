import { maskCredentials } from '../../../core/mask-credentials.ts';

/** The value with its texts masked, each as what it would be in a line with its name: `"password": "…"` is found by its name. */
export function maskJson(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return maskText(name, value);
  if (Array.isArray(value)) return value.map((entry) => maskJson(entry));
  if (typeof value !== 'object' || value === null) return value;
  const named = 'name' in value && typeof value.name === 'string' ? value.name : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      maskJson(entry, key === 'value' && named !== undefined ? named : key),
    ]),
  );
}

function maskText(name: string, text: string): string {
  const masked = maskCredentials(text);
  const line = `${name}=${JSON.stringify(text)}`;
  // Only its name gives it away.
  return masked === text && maskCredentials(line) !== line && !text.includes('\n') ? '***' : masked;
}
