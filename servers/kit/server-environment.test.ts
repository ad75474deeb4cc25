import { expect, test } from 'vitest';
import { serverEnvironment } from './server-environment.ts';

const GIVEN = { MOORING_SERVER: 'default/a', MOORING_IDENTITY_JWKS: '/keys.json' };

test('listens on loopback where nothing else is said', () => {
  expect(serverEnvironment(GIVEN)).toEqual({
    host: '127.0.0.1',
    port: 8080,
    server: 'default/a',
    identityJwks: '/keys.json',
  });
  expect(serverEnvironment({ ...GIVEN, HOST: '0.0.0.0', PORT: '5050' })).toMatchObject({ host: '0.0.0.0', port: 5050 });
});

test('names everything that is missing, and does not start open', () => {
  expect(() => serverEnvironment({ PORT: 'http' })).toThrow(/PORT.*MOORING_SERVER.*MOORING_IDENTITY_JWKS/);
  expect(() => serverEnvironment({ ...GIVEN, MOORING_SERVER: 'a' })).toThrow('<namespace>/<name>');
  expect(() => serverEnvironment({ ...GIVEN, PORT: '70000' })).toThrow('PORT');
});
