// `node --import` this file: the process kills itself (SIGKILL) at the step that KILL_AT names, counted from 0. A step is each moment just before and just
// after something is written: a file gets its name or loses it, a request that changes something is sent, is on its way, was answered.
import { subscribe } from 'node:diagnostics_channel';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const killAt = Number(process.env['KILL_AT']);
let step = 0;

function next(): void {
  if (step === killAt) process.kill(process.pid, 'SIGKILL');
  step += 1;
}

const around =
  <Args extends unknown[]>(work: (...args: Args) => Promise<void>) =>
  async (...args: Args): Promise<void> => {
    next();
    await work(...args);
    next();
  };

fs.rename = around(fs.rename);
fs.link = around(fs.link);
fs.rm = around(fs.rm);
syncBuiltinESMExports();

const changes = (message: unknown): boolean => (message as { request: { method: string } }).request.method !== 'GET';
for (const name of [
  'undici:request:create',
  'undici:request:bodySent',
  'undici:request:headers',
  'http.client.request.start',
  'http.client.response.finish',
]) {
  subscribe(name, (message) => {
    if (changes(message)) next();
  });
}
