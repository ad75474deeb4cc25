import { randomBytes } from 'node:crypto';
import type { KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf, type ResourceKind } from '../../crds/kubernetes/kubernetes-object.ts';
import type { WatchLog } from '../../crds/kubernetes/object-stream.ts';
import { API_VERSION, KIND, qualifiedName, type McpServer } from '../../crds/mcpserver.ts';
import type { McpServerStatus } from '../../crds/mcpserver-status.ts';
import { transitions, type Transition } from '../transitions.ts';

export interface EventsOptions {
  readonly api: Pick<KubernetesApi, 'request'>;
  /** Who writes: the name of our pod. */
  readonly identity: string;
  readonly log: Pick<WatchLog, 'warn'>;
}

const EVENTS: ResourceKind = { apiVersion: 'events.k8s.io/v1', kind: 'Event', plural: 'events' };

/** events.k8s.io/v1, validation: bytes of `note`, and characters of the reporter. */
const NOTE = 1024;
const INSTANCE = 128;

/** Under way at a time: Events are a comfort, and must not keep what has to be written waiting behind the limit of writes. */
const MOST = 50;

/**
 * Tells what turned as Events of the McpServer, for `kubectl describe` and `kubectl events`: one for each status that is written, and none for a start,
 * which `kubectl` shows anyway. Never waits and never fails; what cannot be told is dropped.
 */
export function createEvents({
  api,
  identity,
  log,
}: EventsOptions): (server: McpServer, next: McpServerStatus) => void {
  let underWay = 0;
  let isFailing = false;

  async function tell(server: McpServer, transition: Transition): Promise<void> {
    const body = toEvent(server, transition, identity);
    try {
      await api.request({ method: 'POST', path: pathOf(EVENTS, server.metadata.namespace), body });
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.warn({ err: error, server: qualifiedName(server) }, 'Events cannot be written');
      isFailing = true;
    }
  }

  return (server, next) => {
    const [first] = transitions(server, next);
    if (!first || first.reason === 'Starting' || underWay >= MOST) return;
    underWay += 1;
    void tell(server, first).finally(() => (underWay -= 1));
  };
}

function toEvent({ metadata }: McpServer, { type, reason, message, isTrouble }: Transition, identity: string): object {
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion: EVENTS.apiVersion,
    kind: EVENTS.kind,
    // As client-go names them: the object and something that never comes twice.
    metadata: { name: `${name}.${randomBytes(8).toString('hex')}`, namespace },
    eventTime: new Date().toISOString().replace('Z', '000Z'),
    reportingController: 'mooring.dev/operator',
    reportingInstance: identity.slice(0, INSTANCE),
    type: isTrouble ? 'Warning' : 'Normal',
    reason: reason.slice(0, 128),
    action: `${type}Changed`,
    note: cut(message),
    regarding: { apiVersion: API_VERSION, kind: KIND, name, namespace, uid, resourceVersion },
  };
}

/** At a whole character. */
const cut = (text: string): string =>
  new TextDecoder()
    .decode(Buffer.from(text).subarray(0, NOTE))
    .replace(/\uFFFD+$/, '')
    .slice(0, NOTE);
