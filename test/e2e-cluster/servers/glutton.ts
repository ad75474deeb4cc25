import { setTimeout as sleep } from 'node:timers/promises';

const eaten: Buffer[] = [];
for (;;) {
  eaten.push(Buffer.alloc(16 * 1024 * 1024, 1));
  await sleep(20);
}
