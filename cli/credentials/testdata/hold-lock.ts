// `node hold-lock.ts FILE` takes a lock and keeps it until it is killed.
import { withLock } from '../lock-file.ts';

await withLock(process.argv[2] ?? '', async () => {
  process.stdout.write('held\n');
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});
