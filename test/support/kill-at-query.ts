// `node --import` this file: the process kills itself (SIGKILL) at the step that KILL_AT names, counted from 0. A step is each moment just before and just
// after a query of PostgreSQL, and before and after a file gets its name.
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import pg from 'pg';

const killAt = Number(process.env['KILL_AT']);
let step = 0;

function next(): void {
  if (step === killAt) process.kill(process.pid, 'SIGKILL');
  step += 1;
}

type Work = (...args: unknown[]) => Promise<unknown>;
const around = (work: Work): Work =>
  async function (this: unknown, ...args) {
    next();
    const result = await work.apply(this, args);
    next();
    return result;
  };

fs.rename = around(fs.rename as Work) as typeof fs.rename;
syncBuiltinESMExports();
const { query } = pg.Client.prototype as unknown as { query: Work };
(pg.Client.prototype as unknown as { query: Work }).query = around(query);
