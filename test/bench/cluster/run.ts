// `npm run bench:cluster -- thousand hundred=50 …`: figures of Mooring on Kubernetes. Without arguments it lists them.
import { loadavg } from 'node:os';
import { tell, type Bench, type Figure } from './figure.ts';

const BENCHES: Readonly<Record<string, Bench>> = {
  thousand: {
    about: 'API server without pods: 1,000 servers (or =count) come, change, and stay over a restart of the operator',
    measure: async (count) => (await import('./thousand.ts')).measureThousand(count),
  },
  resets: {
    about: 'API server without pods: every connection reset each 20 s for 5 minutes (or =minutes), while much changes',
    measure: async (minutes) => (await import('./resets.ts')).measureResets(minutes),
  },
  away: {
    about: 'API server without pods: it is away for 60 s (or =seconds), until an edit made meanwhile is applied',
    measure: async (awaySeconds) => (await import('./away.ts')).measureAway(awaySeconds),
  },
};

const wanted = process.argv.slice(2).map((word) => word.split('='));
const unknown = wanted.filter(([name = '']) => !BENCHES[name]);
if (wanted.length === 0 || unknown.length > 0) {
  tell('npm run bench:cluster -- <figure>[=<number>] …');
  for (const [name, { about }] of Object.entries(BENCHES)) tell(`  ${name.padEnd(10)} ${about}`);
  process.exit(unknown.length > 0 ? 2 : 0);
}
// An `exit` ends what was started (operator.ts); the guard does the rest.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const rows: (Figure & { readonly load: string })[] = [];
for (const [name = '', number] of wanted) {
  const figures = await BENCHES[name]?.measure(number === undefined ? undefined : Number(number));
  // Of the last minute, so that it can be seen what else kept the machine busy.
  const load = loadavg()[0]?.toFixed(1) ?? '';
  rows.push(...(figures ?? []).map((figure) => ({ ...figure, load })));
}
console.table(rows);
process.exit();
