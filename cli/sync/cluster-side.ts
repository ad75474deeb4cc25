import { ApiError, type KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf, type KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import type { McpServerManifest } from '../../crds/mcpserver.ts';
import { isObject } from '../../crds/path-pattern.ts';
import { MCP_SERVERS } from '../../crds/sources/kubernetes.ts';
import { Failure } from '../../core/failure.ts';
import { listObjects } from '../places/list-objects.ts';
import { entryOf, objectOf } from './cluster-object.ts';
import { digestOf, isDigestOf, isScaledDigest } from './digest.ts';
import { changedMeanwhile } from './changed-meanwhile.ts';
import { keyOf, type Edit, type PlaceSide, type Wanted } from './side.ts';

export interface ClusterSideOptions {
  readonly api: KubernetesApi;
  readonly label: string;
  /** The namespace of manifests that name none. */
  readonly namespace: string;
  /** What a person is told of an error of the API server. */
  readonly asFailure: (error: unknown) => unknown;
}

const FIELD_MANAGER = 'mooring-cli';

/** Writes of a status may come between reading an object and writing it, and are no reason to give up; so many in a row are. */
const TRIES = 5;

/** The McpServers of a cluster. An object is replaced as a whole, if its version is the one that was just compared: no field is lost, none stays. */
export function clusterSide({ api, label, namespace, asFailure }: ClusterSideOptions): PlaceSide {
  const told = async <Result>(work: Promise<Result>): Promise<Result> =>
    work.catch((error: unknown) => Promise.reject(asFailure(error)));

  async function attempt(edit: Edit, dryRun: boolean): Promise<void> {
    const path = pathOf(MCP_SERVERS, edit.namespace, edit.name);
    const live = await unless(404, api.request({ path }));
    if (!isAsExpected(live, edit)) throw changedMeanwhile(keyOf(edit), label);
    const query = { ...(dryRun && { dryRun: 'All' }), fieldManager: FIELD_MANAGER, fieldValidation: 'Strict' };
    if (edit.wanted)
      return expectTaken(await write(objectOf(edit, edit.wanted, live), live !== undefined, query), edit.wanted);
    const { uid, resourceVersion } = live?.metadata ?? {};
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...(dryRun && { dryRun: ['All'] }),
      preconditions: { uid, resourceVersion },
    };
    await api.request({ method: 'DELETE', path, body });
  }

  async function write(
    body: KubernetesObject,
    exists: boolean,
    query: Record<string, string>,
  ): Promise<KubernetesObject> {
    const { namespace: home, name } = body.metadata;
    return exists
      ? api.request({ method: 'PUT', path: pathOf(MCP_SERVERS, home, name), query, body })
      : api.request({ method: 'POST', path: pathOf(MCP_SERVERS, home), query, body });
  }

  async function apply(edit: Edit, { dryRun }: { readonly dryRun: boolean }): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt(edit, dryRun);
      } catch (error) {
        if (!isConflict(error)) throw asFailureOf(edit, error, asFailure);
        // Read again: either the manifest itself has changed, which ends it, or only the status has.
        if (tries === TRIES) throw changedMeanwhile(keyOf(edit), label);
      }
    }
  }

  return {
    label,
    namespace,
    async identity() {
      // It lives as long as the cluster; an address may be given to another one. Not everybody may read it.
      const known = await told(unless(403, api.request({ path: '/api/v1/namespaces/kube-system' })));
      return `cluster ${known?.metadata.uid ?? api.server}, namespace ${namespace}`;
    },
    async list(namespaces) {
      const asked = namespaces ? [...namespaces] : [undefined];
      const found = await told(Promise.all(asked.map(async (name) => listObjects(api, MCP_SERVERS, name))));
      return found.flat().map(entryOf);
    },
    apply,
    mark: async (edit) => apply(edit, { dryRun: false }),
  };
}

function isAsExpected(live: KubernetesObject | undefined, { expected }: Edit): boolean {
  if (!live || expected === undefined) return live === undefined && expected === undefined;
  const { manifest, hold } = entryOf(live);
  return hold === undefined && isDigestOf(expected, manifest);
}

/** An admission webhook may change what it is given; then the two sides would never be equal. The trial finds it before anything is written. */
function expectTaken(answer: KubernetesObject, { manifest, digest }: Wanted): void {
  const taken: McpServerManifest = entryOf(answer).manifest;
  if (digestOf(taken, isScaledDigest(digest)) === digest) return;
  const { name, namespace } = manifest.metadata;
  throw new Failure(
    'changed_by_cluster',
    `Something in the cluster (an admission webhook, or a definition of another version) changes ${namespace}/${name} when it is written. ` +
      '`mooring diff` shows how, once it is there; write the manifest as the cluster wants it.',
    { status: 409 },
  );
}

const isConflict = (error: unknown): boolean => error instanceof ApiError && error.status === 409;

async function unless(status: number, answer: Promise<KubernetesObject>): Promise<KubernetesObject | undefined> {
  return answer.catch(async (error: unknown) =>
    error instanceof ApiError && error.status === status ? undefined : Promise.reject(error),
  );
}

function asFailureOf(edit: Edit, error: unknown, asFailure: (error: unknown) => unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const { kind } = isObject(error.details) ? error.details : {};
  if (error.status === 404 && kind === 'namespaces') {
    return new Failure(
      'no_namespace',
      `There is no namespace ${edit.namespace}. Make it: kubectl create namespace ${edit.namespace}`,
      { cause: error },
    );
  }
  if (error.status === 422)
    return new Failure('invalid_manifests', `The cluster does not take ${keyOf(edit)}: ${error.message}`, {
      cause: error,
    });
  return asFailure(error);
}
