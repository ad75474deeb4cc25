import { expect, test } from 'vitest';
import { renderText } from './render.ts';

const URL = { publicUrl: 'https://mcp.example.com' };

test.each<[string, Record<string, unknown>, RegExp]>([
  ['an Ingress without publicUrl', { ingress: { enabled: true } }, /ingress\.enabled needs publicUrl/],
  [
    'an HTTPRoute without publicUrl',
    { httpRoute: { enabled: true, parentRefs: [{ name: 'a' }] } },
    /httpRoute\.enabled needs publicUrl/,
  ],
  [
    'an HTTPRoute without a Gateway',
    { ...URL, httpRoute: { enabled: true } },
    /httpRoute\.enabled needs httpRoute\.parentRefs/,
  ],
  [
    'TLS for an http origin',
    { publicUrl: 'http://mcp.example.com', ingress: { enabled: true, tlsSecret: 'tls' } },
    /Begin publicUrl with https/,
  ],
  ['TLS without an Ingress', { ...URL, ingress: { tlsSecret: 'tls' } }, /ingress\.enabled is false/],
  [
    'an external database without a Secret',
    { database: { mode: 'external' } },
    /database\.mode external needs database\.existingSecret\.name/,
  ],
  [
    'a volume for an external database',
    { database: { mode: 'external', existingSecret: { name: 'a' }, persistence: { enabled: true } } },
    /database\.persistence\.enabled belongs to database\.mode embedded/,
  ],
  [
    'a Secret for the embedded database',
    { database: { existingSecret: { name: 'a' } } },
    /Set database\.mode to external/,
  ],
])('%s is refused with a sentence', async (_, values, message) => {
  await expect(renderText(values)).rejects.toThrow(message);
});

test.each<[string, Record<string, unknown>, RegExp]>([
  ['a value that is not there', { replicas: 2 }, /replicas/],
  ['a field that is not there', { gateway: { replica: 2 } }, /replica/],
  ['a setting of mooring.yaml that is not there', { config: { allowedHost: ['a'] } }, /allowedHost/],
  ['publicUrl in config', { config: { publicUrl: 'https://mcp.example.com' } }, /publicUrl/],
  ['a public URL with a path', { publicUrl: 'https://mcp.example.com/mcp' }, /publicUrl/],
  ['no replica', { operator: { replicas: 0 } }, /replicas/],
  ['a text for a switch', { ingress: { enabled: 'yes' } }, /enabled/],
  ['an unknown mode', { database: { mode: 'sqlite' } }, /mode/],
  ['a list of namespaces as text', { watchNamespaces: 'a,b' }, /watchNamespaces/],
  ['a server that is not bundled', { servers: { weather: { enabled: true } } }, /weather/],
])('%s is refused by the schema', async (_, values, message) => {
  await expect(renderText(values)).rejects.toThrow(/values don't meet the specifications of the schema/);
  await expect(renderText(values)).rejects.toThrow(message);
});
