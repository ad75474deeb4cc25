import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { homeFolder, homePaths } from '../../core/home.ts';
import { handedOver } from '../caller/handed-over.ts';
import type { Place } from './place.ts';
import type { PlaceOptions } from './place-options.ts';

/** Which place a person means, and which words said so. */
type Choice =
  | { readonly kind: 'laptop'; readonly home: string }
  | { readonly kind: 'cluster' }
  | { readonly kind: 'gateway'; readonly url: string };

/** Opens the place that flags or variables name, else the one that is there. Throws a Failure that says what was looked for. */
async function openPlace(options: PlaceOptions, env: NodeJS.ProcessEnv): Promise<Place> {
  const choice = choosePlace(options, env);
  switch (choice.kind) {
    case 'laptop':
      return (await import('./laptop.ts')).laptopPlace(choice.home);
    case 'cluster':
      return clusterFor(handedOver(env)?.identity, options);
    case 'gateway':
      return (await import('./gateway.ts')).gatewayPlace(choice.url);
    default:
      return choice satisfies never;
  }
}

/** For who started the command, or for the caller of systemprompt for whom it acts. */
async function clusterFor(identity: string | undefined, options: PlaceOptions): Promise<Place> {
  const place = (await import('./cluster.ts')).clusterPlace(options);
  return identity === undefined ? place : (await import('../caller/caller-place.ts')).callerPlace(place, identity);
}

/** Runs a command in its place, which is closed afterwards. */
export async function inPlace<Result>(
  options: PlaceOptions,
  work: (place: Place) => Promise<Result>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Result> {
  const place = await openPlace(options, env);
  try {
    return await work(place);
  } finally {
    await place.close();
  }
}

/** In this order: flags, MOORING_PLACE, MOORING_HOME, a laptop that runs, a cluster that is configured. Throws `usage` for flags of two places. */
export function choosePlace(options: PlaceOptions, env: NodeJS.ProcessEnv): Choice {
  const { home, gateway, context, kubeconfig, namespace, allNamespaces } = options;
  const ofCluster = [context, kubeconfig, namespace, allNamespaces].some((flag) => flag !== undefined);
  const named = [home !== undefined, gateway !== undefined, ofCluster].filter(Boolean).length;
  if (named > 1) {
    throw new Failure('usage', 'Flags of one place at a time: --home, or --gateway, or those of a cluster.');
  }
  if (gateway !== undefined) return { kind: 'gateway', url: gateway };
  if (home !== undefined) return { kind: 'laptop', home: homeFolder(home, env) };
  if (ofCluster) return { kind: 'cluster' };

  const asked = env['MOORING_PLACE'] ?? '';
  if (asked === 'cluster') return { kind: 'cluster' };
  if (URL.canParse(asked)) return { kind: 'gateway', url: asked };
  if (asked !== '' && asked !== 'laptop') {
    throw new Failure('usage', 'MOORING_PLACE is `laptop`, `cluster` or the URL of a gateway.');
  }
  const laptop = homeFolder(undefined, env);
  // A socket that a killed Mooring left behind still says which place is meant.
  const isLaptop = asked === 'laptop' || env['MOORING_HOME'] || existsSync(homePaths(laptop).controlSocket);
  return isLaptop || !isClusterConfigured(env) ? { kind: 'laptop', home: laptop } : { kind: 'cluster' };
}

/** As `openConnection` of crds/kubernetes looks for it. */
const isClusterConfigured = (env: NodeJS.ProcessEnv): boolean =>
  Boolean(env['KUBECONFIG'] || env['KUBERNETES_SERVICE_HOST']) || existsSync(join(homedir(), '.kube', 'config'));
