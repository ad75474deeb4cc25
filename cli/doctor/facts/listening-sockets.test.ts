import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { listeningIn, listeningSockets } from './listening-sockets.ts';

async function listen(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('the sockets of a process', async () => {
  const port = await listen('127.0.0.1');
  const other = await listen('::1');
  const found = await listeningSockets([process.pid]);
  expect(found).toContainEqual({ address: '127.0.0.1', port });
  expect(found).toContainEqual(expect.objectContaining({ port: other }));
});

test('those of what it has started', async () => {
  const script =
    'require("net").createServer().listen(0, "127.0.0.1", function () { console.log(this.address().port) })';
  const shell = spawn('sh', ['-c', `${process.execPath} -e '${script}'; true`], { detached: true });
  onTestFinished(() => void process.kill(-(shell.pid ?? 0)));
  const [line] = (await once(shell.stdout, 'data')) as [Buffer];
  expect(await listeningSockets([shell.pid ?? 0])).toEqual([{ address: '127.0.0.1', port: Number(line.toString()) }]);
});

test('those of nobody cannot be seen', async () => {
  expect(await listeningSockets([2 ** 22 + 1])).toBeUndefined();
});

test('the tables of Linux', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 11 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1389 0100007F:0050 01 00000000:00000000 00:00000000 00000000  1000        0 12 1 0000000000000000 100 0 0 10 0
   2: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 13 1 0
   3: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 14 1 0000000000000000 100 0 0 10 0`;
  expect(listeningIn(table, new Set(['11', '12', '13']))).toEqual([
    { address: '127.0.0.1', port: 5000 },
    { address: '[::1]', port: 8080 },
  ]);
});
