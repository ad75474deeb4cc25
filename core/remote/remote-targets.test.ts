import { describe, expect, test } from 'vitest';
import { checkedLookup, TargetRefused } from './checked-lookup.ts';
import { remoteTargets, type RemoteTargetsOptions } from './remote-targets.ts';

/** What a resolver says, one answer after the other. */
const resolving = (...answers: readonly (readonly string[])[]): NonNullable<RemoteTargetsOptions['resolve']> => {
  let turn = 0;
  return (_hostname, _options, callback) => {
    const addresses = answers[Math.min(turn++, answers.length - 1)] ?? [];
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
};

async function isReached(options: RemoteTargetsOptions, hostname = 'server.example'): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  remoteTargets(options).lookup(hostname, { all: true }, (error) => {
    if (error && !(error instanceof TargetRefused)) reject(error);
    else resolve(!error);
  });
  return promise;
}

const at = async (
  address: string,
  allow: readonly string[] = [],
  apiServers: readonly string[] = [],
): Promise<boolean> => isReached({ allow: () => allow, apiServers, resolve: resolving([address]) });

const EVERYTHING = ['0.0.0.0/0', '::/0', 'server.example'];

describe('a name', () => {
  test.each(['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])('at %s is reached', async (address) => {
    expect(await at(address)).toBe(true);
  });

  test.each(['10.0.0.5', '192.168.1.1', '172.16.0.1', '100.64.0.1', 'fd00::5', '64:ff9b::a00:1', '198.18.0.1'])(
    'at %s is reached only where it is listed',
    async (address) => {
      expect(await at(address)).toBe(false);
      expect(await at(address, ['server.example'])).toBe(true);
      expect(await at(address, [address])).toBe(true);
      expect(await at(address, ['0.0.0.0/0', '::/0'])).toBe(true);
      expect(await at(address, ['other.example', '203.0.113.0/24'])).toBe(false);
    },
  );

  test.each([
    '127.0.0.1',
    '127.1.2.3',
    '0.0.0.0',
    '169.254.169.254',
    '169.254.1.1',
    '224.0.0.1',
    '255.255.255.255',
    '168.63.129.16',
    '100.100.100.200',
    '::1',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    'fd00:ec2::254',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.5',
    '::127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::127.0.0.1',
    '64:ff9b:1::a9fe:1',
    '64:ff9b::1',
    '2002:7f00:1::',
    'localhost',
    '',
  ])('at %j is never reached, whatever is listed', async (address) => {
    expect(await at(address, EVERYTHING)).toBe(false);
  });

  test('with one address inside and one outside is not reached', async () => {
    const resolve = resolving(['93.184.215.14', '10.0.0.5']);
    expect(await isReached({ allow: () => [], resolve })).toBe(false);
  });

  test('that points to loopback a moment later is not reached then (DNS rebinding)', async () => {
    const options = { allow: () => EVERYTHING, resolve: resolving(['93.184.215.14'], ['127.0.0.1']) };
    expect(await isReached(options)).toBe(true);
    expect(await isReached(options)).toBe(false);
  });

  test('at the API server is never reached, inside or on the internet', async () => {
    expect(await at('10.96.0.1', EVERYTHING, ['10.96.0.1'])).toBe(false);
    expect(await at('93.184.215.14', [], ['93.184.215.14'])).toBe(false);
    expect(await at('10.0.0.5', EVERYTHING, ['no.such.invalid'])).toBe(true);
  });

  test('of this machine is loopback for the resolver of the system as well', async () => {
    expect(await isReached({ allow: () => ['localhost'] }, 'localhost')).toBe(false);
  });

  test('that is taken from the list is not reached any more', async () => {
    let allow = ['server.example'];
    const options = { allow: () => allow, resolve: resolving(['10.0.0.5']) };
    const { lookup } = remoteTargets(options);
    const ask = async (): Promise<unknown> =>
      new Promise((resolve) => lookup('server.example', { all: false }, (error, address) => resolve(error ?? address)));
    expect(await ask()).toBe('10.0.0.5');
    allow = [];
    expect(await ask()).toBeInstanceOf(TargetRefused);
  });
});

test('an error of the resolver stays what it is', async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  checkedLookup(() => true)('no.such.invalid', { all: true }, resolve);
  expect(await promise).toMatchObject({ code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) });
});

describe('a URL', () => {
  const check = async (url: string, allow: readonly string[] = []): Promise<string> =>
    remoteTargets({ allow: () => allow, apiServers: ['10.96.0.1'] })
      .check(new URL(url))
      .then(
        () => 'fine',
        (error: unknown) => (error instanceof TargetRefused ? 'refused' : String(error)),
      );

  test.each<[string, readonly string[], string]>([
    ['https://server.example/mcp', [], 'fine'],
    ['http://server.example/mcp', [], 'refused'],
    ['http://server.example:81/mcp', ['server.example'], 'fine'],
    ['http://93.184.215.14/', [], 'refused'],
    ['https://93.184.215.14/', [], 'fine'],
    ['https://10.0.0.5/', [], 'refused'],
    ['https://10.0.0.5/', ['10.0.0.0/8'], 'fine'],
    ['http://10.0.0.5/', ['10.0.0.0/8'], 'fine'],
    ['https://10.96.0.1/', ['10.0.0.0/8'], 'refused'],
    ['https://2130706433/', ['127.0.0.1', '0.0.0.0/0'], 'refused'],
    ['https://0x7f.1/', ['0.0.0.0/0'], 'refused'],
    ['https://[::1]/', ['::/0'], 'refused'],
    ['https://[fd00::5]/', ['fd00::/8'], 'fine'],
    ['https://[::ffff:10.0.0.5]/', ['10.0.0.0/8', '::/0'], 'refused'],
    ['https://169.254.169.254/latest', ['169.254.0.0/16'], 'refused'],
  ])('%s with %j listed', async (url, allow, outcome) => {
    expect(await check(url, allow)).toBe(outcome);
  });
});
