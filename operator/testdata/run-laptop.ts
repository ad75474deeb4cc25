// Runs one server until it is killed: what a test kills to see what stays behind. The guard removes the folder.
import { dirname } from 'node:path';
import { manifest, startLaptop } from './laptop.ts';

const laptop = await startLaptop();
await laptop.apply('first.yaml', manifest('first'));
await laptop.ready('first');
const folder = dirname(laptop.home);
laptop.guard.removeAtEnd(folder);
process.stdout.write(`${JSON.stringify({ pid: (await laptop.call('first')).pid, folder })}\n`);
