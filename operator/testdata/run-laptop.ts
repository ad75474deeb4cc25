// Runs one server until it is killed: what a test kills to see what stays behind. The guard removes the folder.
import { dirname } from 'node:path';
import { manifest, MINI, startLaptop } from './laptop.ts';

const laptop = await startLaptop();
const code = `
  const { spawn } = require('node:child_process');
  process.env.DAEMON = String(spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).pid);
  import(${JSON.stringify(MINI)});`;
await laptop.apply('first.yaml', manifest('first', { args: ['-e', code] }));
await laptop.ready('first');
const folder = dirname(laptop.home);
laptop.guard.removeAtEnd(folder);
const { pid, env } = await laptop.call('first');
process.stdout.write(`${JSON.stringify({ pid, daemon: Number(env['DAEMON']), folder })}\n`);
