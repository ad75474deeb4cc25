import { describe, expect, test } from 'vitest';
import { TargetRefused } from '../../../core/remote/checked-lookup.ts';
import { webTargets } from './web-targets.ts';

const PUBLIC = '93.184.215.14';

const isOpen = (url: string, listed: readonly string[] = []): boolean => {
  try {
    webTargets(listed).check(new URL(url));
    return true;
  } catch (error) {
    if (error instanceof TargetRefused) return false;
    throw error;
  }
};

describe('an address', () => {
  test.each([
    'http://example.com/',
    'https://example.com:443/a',
    'http://example.com:443/',
    `https://${PUBLIC}/`,
    'https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/',
  ])('%s is on the public web', (url) => expect(isOpen(url)).toBe(true));

  test.each([
    'http://example.com:8080/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'data:text/html,x',
    'https://user:password@example.com/',
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.5]/',
    'http://10.0.0.5/',
    'http://169.254.169.254/latest/meta-data',
    'http://100.64.0.1/',
    'http://[fd00:ec2::254]/',
  ])('%s is not', (url) => expect(isOpen(url)).toBe(false));

  test('that is listed is fetched at its port, and at no other', () => {
    const listed = ['wiki.inner:8080', '10.0.0.5'];
    expect(isOpen('http://wiki.inner:8080/a', listed)).toBe(true);
    expect(isOpen('http://wiki.inner/a', listed)).toBe(false);
    expect(isOpen('http://wiki.inner:8081/a', listed)).toBe(false);
    expect(isOpen('http://10.0.0.5/', listed)).toBe(true);
    expect(isOpen('http://10.0.0.5:8080/', listed)).toBe(false);
    expect(isOpen('http://10.0.0.6/', listed)).toBe(false);
  });
});

/** What a resolver says, one answer after the other. */
const resolving = (...answers: readonly (readonly string[])[]): NonNullable<Parameters<typeof webTargets>[1]> => {
  let turn = 0;
  return (_hostname, _options, callback) => {
    const addresses = answers[Math.min(turn++, answers.length - 1)] ?? [];
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
};

test('a name that points inside a moment later is not connected to then (DNS rebinding), nor one that points to both', async () => {
  const { lookup } = webTargets(['wiki.inner'], resolving([PUBLIC], ['127.0.0.1'], [PUBLIC, '10.0.0.5'], ['10.0.0.5']));
  const ask = async (hostname: string): Promise<unknown> =>
    new Promise((resolve) => lookup(hostname, { all: false }, (error, address) => resolve(error ?? address)));
  expect(await ask('page.example')).toBe(PUBLIC);
  expect(await ask('page.example')).toBeInstanceOf(TargetRefused);
  expect(await ask('page.example')).toBeInstanceOf(TargetRefused);
  expect(await ask('wiki.inner')).toBe('10.0.0.5');
});
