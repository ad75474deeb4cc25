/** Flags of `addPlaceOptions`, with or without a value, as Commander tells of one that a command does not know. */
const PLACE_FLAG = /unknown option '(?:--(?:home|namespace|all-namespaces|context|kubeconfig|gateway)|-[nA])(?:=.*)?'/;

const FILES = 'works on files of this machine, whatever place is meant: leave the flag out.';
const FOREGROUND = 'runs in the foreground where it is started, and asks no other place: leave the flag out.';
const ONE_GATEWAY = (name: string): string => `takes the gateway itself: mooring ${name} https://mcp.example.com`;

/** Where each command works that is not for every place. */
const NEEDED: Readonly<Record<string, string>> = {
  up: 'runs Mooring on this machine, in the state folder of --home. For a cluster install the chart.',
  'rotate-keys': 'changes the keys of this machine, in the state folder of --home.',
  'rotate-kek': 'changes a key of this machine, in the state folder of --home.',
  new: FILES,
  build: FILES,
  'list-packages': FILES,
  import: FILES,
  completion: FILES,
  login: ONE_GATEWAY('login'),
  logout: ONE_GATEWAY('logout'),
  server: FOREGROUND,
  gateway: FOREGROUND,
  operator: FOREGROUND,
  postgres: FOREGROUND,
};

/** A usage error of Commander in our words, where somebody gave a command a place in which it does not work. */
export function aboutPlace(error: string, command: string): string {
  const needed = Object.hasOwn(NEEDED, command) ? NEEDED[command] : undefined;
  return needed !== undefined && PLACE_FLAG.test(error) ? `error: \`mooring ${command}\` ${needed}\n` : error;
}
