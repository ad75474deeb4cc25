import { dirname, isAbsolute } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { GATEWAY_ADDRESS_VARIABLE } from '../../core/pod-paths.ts';
import type { Place } from './commands/mooring-rules.ts';
import { readPrograms, type Programs } from './programs/program-config.ts';

export interface Settings {
  readonly place: Place;
  /** What `mooring` needs to find that place, beside what every program gets. */
  readonly placeEnv: Readonly<Record<string, string>>;
  /** What `folder` means for `sync`; undefined: there is none. */
  readonly folder: string | undefined;
  readonly programs: Programs;
}

/** Where systemprompt runs and what it may do there. Throws `bad_environment`. */
export function settingsOf(env: NodeJS.ProcessEnv): Settings {
  const folder = env['SYSTEMPROMPT_FOLDER'] || undefined;
  if (folder !== undefined && !isAbsolute(folder))
    throw new Failure('bad_environment', 'SYSTEMPROMPT_FOLDER must be an absolute path.');
  const programs = readPrograms(env['SYSTEMPROMPT_PROGRAMS'] || undefined);
  return { ...placeOf(env), folder, programs };
}

function placeOf(env: NodeJS.ProcessEnv): Pick<Settings, 'place' | 'placeEnv'> {
  const socket = env['MOORING_CONTROL_SOCKET'];
  if (socket !== undefined && isAbsolute(socket))
    return { place: 'laptop', placeEnv: { MOORING_PLACE: 'laptop', MOORING_HOME: dirname(socket) } };
  if (env['KUBERNETES_SERVICE_HOST'] !== undefined) {
    const given = OF_CLUSTER.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
    return { place: 'cluster', placeEnv: { MOORING_PLACE: 'cluster', ...Object.fromEntries(given) } };
  }
  throw new Failure(
    'bad_environment',
    'MOORING_CONTROL_SOCKET must name the control socket of `mooring up` (key `socket` of Secret systemprompt-control).',
  );
}

/** Where the API server is ("Accessing the Kubernetes API from a Pod"), and where the gateway is and what it is called (cli/http/gateway-route.ts). */
const OF_CLUSTER = [
  'KUBERNETES_SERVICE_HOST',
  'KUBERNETES_SERVICE_PORT',
  'MOORING_PUBLIC_URL',
  GATEWAY_ADDRESS_VARIABLE,
];

/** Kept to one place: what every program is given, and no more. */
export const PROGRAM_ENV: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  LANG: 'C.UTF-8',
};
