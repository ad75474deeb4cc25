import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { openLiveConfig } from './live-config.ts';

const log = pino({ level: 'silent' });
const newPath = async () => join(await temporaryFolder(), 'mooring.yaml');

test('no file means all defaults; a file that appears later takes effect', async () => {
  const path = await newPath();
  const config = await openLiveConfig(path, { log });
  expect(config.current.allowedOrigins).toEqual([]);
  const changed = vi.fn<(config: unknown) => void>();
  config.onChange(changed);
  await writeFile(path, 'allowedOrigins: [https://inspector.example]');
  await vi.waitFor(() => expect(config.current.allowedOrigins).toEqual(['https://inspector.example']), 3000);
  expect(changed).toHaveBeenCalledOnce();
  config.close();
});

test('a bad edit keeps the last good one', async () => {
  const path = await newPath();
  await writeFile(path, 'publicUrl: https://mcp.example.com');
  const config = await openLiveConfig(path, { log });
  const problem = vi.spyOn(log, 'error');
  await writeFile(path, 'publicUrl: https://mcp.example.com/path\nunknown: 1');
  await vi.waitFor(() => expect(problem).toHaveBeenCalled(), 3000);
  expect(config.current.publicUrl).toBe('https://mcp.example.com');
  config.close();
});

test.each([
  ['publicUrl: https://mcp.example.com/', 'publicUrl: an origin'],
  ['limits: { requestBodyBytes: 1 }', 'limits.requestBodyBytes'],
  ['publicURL: https://mcp.example.com', 'publicURL'],
  ['limits: [', 'not valid'],
])('at the start %j is refused, and the message says where', async (text, message) => {
  const path = await newPath();
  await writeFile(path, text);
  await expect(openLiveConfig(path, { log })).rejects.toThrow(message);
});

test('a file that was named has to be there, and to be a file', async () => {
  const path = await newPath();
  await expect(openLiveConfig(path, { log, isNamed: true })).rejects.toMatchObject({ code: 'config_missing' });
  await expect(openLiveConfig(tmpdir(), { log })).rejects.toMatchObject({ code: 'invalid_config' });
});
