// `npm run bench:cluster -- thousand many=50 …`: figures of Mooring on Kubernetes; without arguments it lists them. What needs
// a cluster installs the chart into that of KUBECONFIG once, with the images of `npm run image`, and removes it again.
import { loadavg } from 'node:os';
import { seconds, tell, type Bench, type Figure } from './figure.ts';
import { installForBench, type Installed } from './installed.ts';

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
  first: {
    about: 'cluster: a Node server, from its apply to Ready and to the first list of its tools',
    measure: onCluster(async (installed) => (await import('./servers.ts')).measureFirstAnswer(installed)),
  },
  missing: {
    about: 'cluster: an image that is not there, until the status says so',
    measure: onCluster(async (installed) => (await import('./servers.ts')).measureImageMissing(installed)),
  },
  many: {
    about: 'cluster: 100 servers (or =count) of a tiny image, until all are Ready, and what is written for them',
    measure: onCluster(async (installed, count) => (await import('./many.ts')).measureMany(installed, count)),
  },
  quiet: {
    about: 'cluster: what the operator asks for in 5 minutes (or =minutes) in which nothing happens',
    measure: onCluster(async (installed, minutes) => (await import('./servers.ts')).measureQuiet(installed, minutes)),
  },
};

let installation: Installed | undefined;

function onCluster(measure: (installed: Installed, argument?: number) => Promise<readonly Figure[]>): Bench['measure'] {
  return async (argument) => {
    installation ??= await installForBench();
    return measure(installation, argument);
  };
}

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
const note = (figures: readonly Figure[]): void => {
  // Of the last minute, so that it can be seen what else kept the machine busy.
  const load = loadavg()[0]?.toFixed(1) ?? '';
  rows.push(...figures.map((figure) => ({ ...figure, load })));
};
try {
  for (const [name = '', number] of wanted) {
    note((await BENCHES[name]?.measure(number === undefined ? undefined : Number(number))) ?? []);
  }
  if (installation) note([{ figure: 'chart install to all ready', value: seconds(installation.installedMs) }]);
} finally {
  await installation?.[Symbol.asyncDispose]();
}
console.table(rows);
process.exit();
