import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sdkV2 } from '../../operator/testdata/mcp-servers.ts';
import { callTool } from '../support/call-tool.ts';
import { startMooring } from '../support/mooring.ts';
import { ownAddress, startRemoteServer } from '../support/remote-server.ts';

const manifest = (url: string): string => `
apiVersion: mooring.dev/v1alpha1
kind: McpServer
metadata: { name: crm }
spec:
  remote:
    url: ${url}
    headersFrom: { secretRef: { name: crm-token } }
    caBundleFrom: { configMapRef: { name: crm-ca } }
`;

test('a server that runs elsewhere is called with a token for it, once its owner has done what the condition says', async () => {
  await using remote = await startRemoteServer((incoming, outgoing) => {
    if (incoming.headers['x-api-key'] === 'of-the-owner') sdkV2()(incoming, outgoing);
    else outgoing.writeHead(401).end();
  });
  await using mooring = await startMooring({
    manifests: { 'crm.yaml': manifest(remote.url) },
    config: `remote: { allow: [${ownAddress()}] }`,
    ready: [],
  });
  const listed = async (): Promise<string> => (await mooring.cli('list')).stdout;
  await expect.poll(listed, { timeout: 20_000 }).toContain('SecretMissing');
  const [secret, ca] = [join(mooring.home, 'secrets', 'crm-token'), join(mooring.home, 'configmaps', 'crm-ca')];
  await mkdir(secret, { recursive: true });
  await mkdir(ca, { recursive: true });
  await writeFile(join(secret, 'X-Api-Key'), 'of-the-owner\n', { mode: 0o600 });
  await expect.poll(listed, { timeout: 20_000 }).toContain('HostNotBound');
  await writeFile(join(secret, '.remote-host'), `${remote.host}\n`);
  await writeFile(join(ca, 'ca.crt'), remote.ca.cert);
  await expect.poll(listed, { timeout: 20_000 }).toMatch(/crm +(?:\S+ +)?True/);

  expect(await callTool(mooring.endpoint('crm'), 'alpha', {}, await mooring.token('crm'))).toBe('');
  const token = (await mooring.token('crm')).slice(0, 20);
  for (const { rawHeaders } of remote.requests)
    expect(rawHeaders.join(' ')).not.toMatch(new RegExp(`${token}|mooring-identity`, 'i'));
  expect((await fetch(mooring.endpoint('crm'), { method: 'POST' })).status).toBe(401);
});
