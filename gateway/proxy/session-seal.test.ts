import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newKey, type KeyRing } from '../../core/keys.ts';
import { sessionSeal } from './session-seal.ts';
import { newRing } from './testing/rings.ts';

const ring = await newRing('HS256');
const seal = sessionSeal(ring);
const owner = { subject: 'user-1', server: 'uid-1' };
const session = { pod: '', id: 'bd6b1dc0-2a4e-4c1e-9fbb-1e8eab2d7a11' };

describe('sessionSeal', () => {
  test('opens what it sealed', () => {
    for (const pod of ['', 'marketplace-6d5f', '10-0-0-1.pods']) {
      expect(seal.open(seal.seal({ ...session, pod }, owner), owner)).toEqual({ ...session, pod });
    }
  });

  test('makes visible ASCII of any id that a backend may choose', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
          minLength: 1,
          maxLength: 2048,
        }),
        (id) => {
          const sealed = seal.seal({ pod: '', id }, owner);
          expect(sealed).toMatch(/^[\x21-\x7e]+$/);
          expect(seal.open(sealed, owner)).toEqual({ pod: '', id });
        },
      ),
    );
  });

  test('opens the longest session, and no longer text', () => {
    const longest = { pod: 'p'.repeat(253), id: 'i'.repeat(2048) };
    const sealed = seal.seal(longest, owner);
    expect(seal.open(sealed, owner)).toEqual(longest);
    expect(seal.open('1.'.padEnd(10_000_000, 'A'), owner)).toBeUndefined();
  });

  test.each([
    ['another subject', { ...owner, subject: 'user-2' }],
    ['another server', { ...owner, server: 'uid-2' }],
    ['nobody', { ...owner, subject: undefined }],
    ['a subject that is called null', { ...owner, subject: 'null' }],
    ['a subject that is called anonymous', { ...owner, subject: 'anonymous' }],
    ['an empty subject', { ...owner, subject: '' }],
  ])('does not open for %s', (_, other) => {
    expect(seal.open(seal.seal(session, owner), other)).toBeUndefined();
    expect(seal.open(seal.seal(session, other), owner)).toBeUndefined();
  });

  test('keeps anonymous callers apart from every subject', () => {
    const anonymous = { subject: undefined, server: 'uid-1' };
    const sealed = seal.seal(session, anonymous);
    expect(seal.open(sealed, anonymous)).toEqual(session);
    for (const subject of ['', 'null', 'undefined', 'anonymous']) {
      expect(seal.open(sealed, { subject, server: 'uid-1' })).toBeUndefined();
    }
  });

  test('opens no text in which one character was changed', () => {
    const sealed = seal.seal({ pod: 'p', id: 'abc' }, owner);
    for (let at = 0; at < sealed.length; at++) {
      for (const other of 'AZaz09-_.+/= ') {
        const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
        expect(changed === sealed || seal.open(changed, owner) === undefined, changed).toBe(true);
      }
      expect(seal.open(sealed.slice(0, at), owner)).toBeUndefined();
    }
    expect(seal.open(`${sealed}=`, owner)).toBeUndefined();
    expect(seal.open(`${sealed}.`, owner)).toBeUndefined();
  });

  test.each(['', '.', '..', '1', '1..', '2.AAAA.AAAA', session.id, '1.\u{1F600}.AAAA'])(
    'does not open %j',
    (foreign) => {
      expect(seal.open(foreign, owner)).toBeUndefined();
    },
  );

  test('follows a rotation: the new key signs, the old one opens until it is gone', async () => {
    const after: KeyRing = [await newKey('HS256'), ...ring];
    const old = seal.seal(session, owner);
    expect(sessionSeal(after).open(old, owner)).toEqual(session);
    expect(seal.open(sessionSeal(after).seal(session, owner), owner)).toBeUndefined();
    expect(sessionSeal([after[0]]).open(old, owner)).toBeUndefined();
  });

  test.each(['', 'with space', 'naïve', 'x'.repeat(2049), 'new\nline'])('seals no id like %j', (id) => {
    expect(() => seal.seal({ pod: '', id }, owner)).toThrow(RangeError);
  });
});
