import { expect, test } from 'vitest';
import { newDraft } from './draft.ts';
import { setPodTemplate } from './pod-template.ts';

function importedTemplate(...containers: object[]) {
  const draft = newDraft({ name: 'x' });
  setPodTemplate(draft, { spec: { containers } }, 'theirs');
  const { containers: safe } = (draft.spec.podTemplate as { spec: { containers: object[] } }).spec;
  return { containers: safe, secrets: draft.secrets, notes: draft.notes };
}

const fromSecret = (name: string) => ({ name, valueFrom: { secretKeyRef: { name: 'x-env', key: name } } });

test('secrets in the words of any container become variables of that container, from the Secret of the server', () => {
  const { containers, secrets } = importedTemplate(
    { name: 'theirs', env: [{ name: 'A_TOKEN', value: 's1' }], command: ['run', '--token', 's2', '--verbose'] },
    {
      name: 'sidecar',
      env: [
        { name: 'PASSWORD', value: '$(HOST)' },
        { name: 'HOST', value: 'h' },
      ],
      args: ['--password=hunter2pass', '-v'],
    },
    { name: 'script', command: ['sh', '-c', 'notes --pin 1234'] },
  );
  expect(containers).toEqual([
    {
      name: 'server',
      env: [fromSecret('A_TOKEN'), fromSecret('TOKEN')],
      command: ['run', '--token', '$(TOKEN)', '--verbose'],
    },
    {
      name: 'sidecar',
      env: [fromSecret('PASSWORD'), { name: 'HOST', value: 'h' }, fromSecret('PASSWORD_2')],
      args: ['--password=$(PASSWORD_2)', '-v'],
    },
    { name: 'script', command: ['sh', '-c', '$(ARG_3)'], env: [fromSecret('ARG_3')] },
  ]);
  expect(secrets.map(({ key, value }) => [key, value])).toEqual([
    ['A_TOKEN', 's1'],
    ['TOKEN', 's2'],
    ['PASSWORD', '$(HOST)'],
    ['PASSWORD_2', 'hunter2pass'],
    ['ARG_3', 'notes --pin 1234'],
  ]);
});

test('a variable of a container that is something else than the secret stays what it is', () => {
  const fromMap = { name: 'TOKEN', valueFrom: { configMapKeyRef: { name: 'm', key: 'k' } } };
  const { containers } = importedTemplate(
    { name: 'a', args: ['--token', 's'] },
    { name: 'b', env: [fromMap], args: ['--token', 's'] },
  );
  expect(containers[1]).toEqual({ name: 'b', env: [fromMap, fromSecret('TOKEN_2')], args: ['--token', '$(TOKEN_2)'] });
});

test('a probe with a secret is left out, and told, because it can name no variable', () => {
  const safe = { httpGet: { path: '/healthz', port: 8080, httpHeaders: [{ name: 'X-From', value: 'kubelet' }] } };
  const { containers, notes } = importedTemplate({
    name: 'theirs',
    livenessProbe: { exec: { command: ['check', '--password', 'hunter2pass'] } },
    readinessProbe: { httpGet: { path: '/', port: 1, httpHeaders: [{ name: 'X-Api-Key', value: 'hunter2' }] } },
    startupProbe: safe,
    lifecycle: { preStop: { exec: { command: ['sh', '-c', 'bye --pin 1234'] } } },
  });
  expect(containers).toEqual([{ name: 'server', startupProbe: safe }]);
  expect(notes.map(({ field }) => field).slice(0, 3)).toEqual(
    ['livenessProbe', 'readinessProbe', 'lifecycle'].map((name) => `spec.podTemplate: ${name}`),
  );
});

test('what is no list of words stays as it is', () => {
  const odd = { name: 'a', args: [1, '--token', 's'], env: 'x' };
  expect(importedTemplate(odd).containers).toEqual([odd]);
});

test('a word that is a variable already stays: what is secret in it stands elsewhere', () => {
  const container = { name: 'theirs', args: ['--token=$(TOKEN)', '--api-key', '$(API_KEY)'] };
  expect(importedTemplate(container)).toMatchObject({
    containers: [{ name: 'server', args: container.args }],
    secrets: [],
  });
});
