import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  API_SERVER_TIMEOUT_MS,
  testApiServer,
  testNamespace,
  type TestNamespace,
} from '../../test/support/api-server.ts';
import { faultyApiServer } from '../../test/support/faulty-api-server.ts';
import type { KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { clusterLogs } from './cluster-logs.ts';
import { clusterPlace } from './cluster.ts';
import type { LogLine, LogRequest } from './log-request.ts';
import { startKubelet, type TestKubelet } from './testdata/kubelet.ts';

let space: TestNamespace;
let kubelet: TestKubelet;

beforeAll(async () => {
  await testApiServer();
  space = await testNamespace();
  kubelet = await startKubelet(space);
}, API_SERVER_TIMEOUT_MS);

afterAll(async () => {
  await kubelet?.[Symbol.asyncDispose]();
  await space?.[Symbol.asyncDispose]();
});

/** What somebody reads of a server. */
interface Reading {
  /** `pod text`, or `text` alone. */
  readonly lines: string[];
  readonly notes: string[];
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

function read(name: string, request: Partial<LogRequest> = {}, api: KubernetesApi = space.api): Reading {
  const stop = new AbortController();
  const lines: string[] = [];
  const notes: string[] = [];
  const onNote = (note: string): void => void notes.push(note);
  const wanted = { follow: false, onNote, signal: stop.signal, ...request };
  const ended = (async () => {
    for await (const line of clusterLogs(api, { namespace: space.name, name }, wanted)) lines.push(told(line));
  })();
  return {
    lines,
    notes,
    ended,
    async stop() {
      stop.abort();
      await ended;
    },
  };
}

const told = ({ pod, text }: LogLine): string => [...(pod === undefined ? [] : [pod]), text].join(' ');

const soon = async (holds: () => void): Promise<void> => vi.waitFor(holds, { timeout: 15_000, interval: 20 });

describe('what is there', () => {
  test('of one pod without its name, of several in the order of their times', async () => {
    const one = await kubelet.pod('notes');
    await one.runs();
    one.writes('a', 'b');
    const alone = read('notes');
    await alone.ended;
    expect(alone.lines).toEqual(['a', 'b']);

    const two = await kubelet.pod('notes');
    await two.runs();
    two.writes('c');
    one.writes('d');
    const both = read('notes');
    await both.ended;
    expect(both.lines).toEqual([`${one.name} a`, `${one.name} b`, `${two.name} c`, `${one.name} d`]);
    expect([one.readers(), two.readers()]).toEqual([0, 0]);

    const tail = read('notes', { tail: 1 });
    await tail.ended;
    expect(tail.lines).toEqual([`${two.name} c`, `${one.name} d`]);
  });

  test('--previous shows how the container before ended; a pod without one is told, and is no failure', async () => {
    const [one, two] = [await kubelet.pod('crashed'), await kubelet.pod('crashed')];
    await one.runs();
    one.writes('token=hunter2hunter2', 'no luck');
    await one.ends(1);
    await one.runs();
    one.writes('again');
    await two.runs();
    const { ended, lines, notes } = read('crashed', { previous: true });
    await ended;
    expect(lines).toEqual([`${one.name} token=***`, `${one.name} no luck`]);
    expect(notes).toEqual([expect.stringContaining(`pod ${two.name} has none: previous terminated container`)]);
  });

  test('--since of a fraction of a second is one second, which is the least that there is', async () => {
    const pod = await kubelet.pod('since');
    await pod.runs();
    pod.writes('just now');
    const { ended, lines } = read('since', { sinceMs: 1 });
    await ended;
    expect(lines).toEqual(['just now']);
  });

  test('who may read pods and not their output is told what to ask for', async () => {
    const pod = await kubelet.pod('secret');
    await pod.runs();
    const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${space.name}`;
    const make = async (path: string, body: object): Promise<unknown> =>
      space.api.request({ method: 'POST', path: `${rbac}/${path}`, body });
    await make('roles', {
      metadata: { name: 'looker' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
    });
    await make('rolebindings', {
      metadata: { name: 'looker' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'looker' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'looker' }],
    });
    const kubeconfig = await space.server.kubeconfigFor({ commonName: 'looker' });
    const place = clusterPlace({ kubeconfig, namespace: space.name });
    const server = { metadata: { name: 'secret', namespace: space.name } } as never;
    for (const follow of [false, true]) {
      const lines = place.logs?.(server, { follow, signal: new AbortController().signal });
      await expect(lines?.[Symbol.asyncIterator]().next()).rejects.toMatchObject({
        code: 'forbidden',
        message: expect.stringMatching(/User "looker" cannot get .*pods\/log.*ClusterRole `view`/),
      });
    }
    await place.close();
  });
});

describe('following', () => {
  test('goes through restarts; pods that come are joined, pods that end are told', async () => {
    const one = await kubelet.pod('live');
    await one.runs();
    one.writes('old', 'a');
    const reading = read('live', { follow: true, tail: 1 });
    await soon(() => expect(reading.lines).toEqual(['a']));
    one.writes('b');
    await soon(() => expect(reading.lines).toEqual(['a', 'b']));

    await one.ends(1);
    await one.runs();
    one.writes('c');
    await soon(() => expect(reading.lines.slice(2)).toEqual(['c']));

    const two = await kubelet.pod('live');
    await soon(() => expect(reading.notes).toEqual([`pod ${two.name} has come.`]));
    await two.runs();
    two.writes('d', 'e');
    await soon(() => expect(reading.lines.slice(3)).toEqual([`${two.name} d`, `${two.name} e`]));
    one.writes('f');
    await soon(() => expect(reading.lines.slice(5)).toEqual([`${one.name} f`]));

    await one.remove();
    await soon(() => expect(reading.notes).toContain(`pod ${one.name} has ended.`));
    two.writes('g');
    await soon(() => expect(reading.lines.slice(6)).toEqual([`${two.name} g`]));
    await reading.stop();
    await soon(() => expect(two.readers()).toBe(0));
  });

  test('a container that is down at first is waited for', async () => {
    const pod = await kubelet.pod('down');
    await pod.runs();
    pod.writes('a');
    await pod.ends(1);
    const reading = read('down', { follow: true });
    await soon(() => expect(reading.lines).toEqual(['a']));
    await pod.runs();
    pod.writes('b');
    await soon(() => expect(reading.lines).toEqual(['a', 'b']));
    expect(reading.notes).toEqual([]);
    await reading.stop();
  });

  test('a pod whose node is lost has ended when it is deleted', async () => {
    const pod = await kubelet.pod('lost');
    await pod.runs();
    pod.writes('a');
    const reading = read('lost', { follow: true });
    await soon(() => expect(reading.lines).toEqual(['a']));
    await pod.remove('lost');
    await soon(() => expect(reading.notes).toEqual([`pod ${pod.name} has ended.`]));
    await reading.stop();
  });

  test('a connection that is cut loses no line and repeats none', async () => {
    await using faulty = await faultyApiServer(space);
    const pod = await kubelet.pod('cut');
    await pod.runs();
    const expected: string[] = [];
    const write = (text: string): void => {
      expected.push(text);
      pod.writes(text);
    };
    write('0');
    const reading = read('cut', { follow: true }, faulty.api);
    await soon(() => expect(reading.lines).toEqual(expected));
    for (let round = 1; round <= 3; round += 1) {
      write(`${round} before`);
      await soon(() => expect(reading.lines).toEqual(expected));
      faulty.proxy.reset();
      write(`${round} meanwhile`);
      await soon(() => expect(reading.lines).toEqual(expected));
    }
    await reading.stop();
  });

  test('a connection that is cut within a key shows nothing of it', async () => {
    await using faulty = await faultyApiServer(space);
    const pod = await kubelet.pod('key');
    await pod.runs();
    pod.writes('starting', '-----BEGIN PRIVATE KEY-----');
    const reading = read('key', { follow: true }, faulty.api);
    await soon(() => expect(reading.lines).toHaveLength(2));
    // After a cut whole seconds are read again; the beginning of the key is in none of them.
    await sleep(1100);
    pod.writes('MIIEvQIBADANBgkqhkiG9w0BAQEF');
    const shown = ['starting', '-----BEGIN PRIVATE KEY----- ***', '***'];
    await soon(() => expect(reading.lines).toEqual(shown));
    faulty.proxy.reset();
    pod.writes('AASCBKcwggSjAgEAAoIBAQC7q83v', 'q83vEg==', '-----END PRIVATE KEY-----', 'listening');
    await soon(() => expect(reading.lines).toEqual([...shown, '***', '***', '-----END PRIVATE KEY-----', 'listening']));
    await reading.stop();
  });

  test('who has enough ends them all', async () => {
    const pods = [await kubelet.pod('many'), await kubelet.pod('many')];
    for (const pod of pods) await pod.runs();
    const stop = new AbortController();
    const lines = clusterLogs(
      space.api,
      { namespace: space.name, name: 'many' },
      { follow: true, signal: stop.signal },
    );
    for (const pod of pods) pod.writes('x');
    const seen = new Set<string | undefined>();
    for await (const { pod } of lines) if (seen.add(pod).size === 2) break;
    for (const pod of pods) await soon(() => expect(pod.readers()).toBe(0));
  });
});
