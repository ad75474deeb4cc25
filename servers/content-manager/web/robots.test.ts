import { describe, expect, test } from 'vitest';
import { parseRobots } from './robots.ts';

const allows = (text: string, path: string): boolean => parseRobots(text).allows(path);

describe('robots.txt (RFC 9309)', () => {
  test.each<[string, string, boolean]>([
    ['', '/a', true],
    ['User-agent: *\nDisallow: /', '/a', false],
    ['User-agent: *\nDisallow:', '/a', true],
    ['User-agent: *\nDisallow: /a', '/b', true],
    ['User-agent: other\nDisallow: /', '/a', true],
    ['User-agent: *\nDisallow: /\n\nUser-agent: MooringContentManager\nAllow: /', '/a', true],
    ['user-AGENT: mooringcontentmanager/2.0\nDISALLOW: /a # comment', '/a', false],
    ['User-agent: a\nUser-agent: *\nDisallow: /', '/a', false],
    ['User-agent: *\nDisallow: /a\n\nUser-agent: *\nDisallow: /b', '/b', false],
    ['User-agent: *\nCrawl-delay: 5\nDisallow: /a', '/a', false],
    ['\uFEFFUser-agent: *\r\nDisallow: /a\r\n', '/a', false],
    ['Disallow: /', '/a', true],
    // Section 5.2: the longest match.
    ['User-agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif', '/example/page/x', true],
    [
      'User-agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif',
      '/example/page/disallowed.gif',
      false,
    ],
    ['User-agent: *\nDisallow: /a\nAllow: /a', '/a', true],
    ['User-agent: *\nDisallow: *.gif$', '/b/c.gif', false],
    ['User-agent: *\nDisallow: *.gif$', '/b/c.gif?x', true],
    ['User-agent: *\nDisallow: /a*b*c', '/a-b-c-d', false],
    ['User-agent: *\nDisallow: /a*b*c', '/a-c-b', true],
    ['User-agent: *\nDisallow: /a$', '/a', false],
    ['User-agent: *\nDisallow: /a$', '/ab', true],
    ['User-agent: *\nDisallow: /a*a$', '/a', true],
    ['User-agent: *\nDisallow: /search?q=', '/search?q=x', false],
    ['User-agent: *\nDisallow: /föö', '/f%C3%B6%c3%b6/bar', false],
    ['User-agent: *\nDisallow: /%62%6Fo', '/boo', false],
  ])('%j: %s → %s', (text, path, outcome) => expect(allows(text, path)).toBe(outcome));

  test('with many names and rules is read in a moment, and takes little memory', () => {
    const names = 'User-agent: *\n'.repeat(1000);
    const before = process.memoryUsage().heapUsed;
    const started = performance.now();
    const robots = parseRobots(`${names}${'Disallow: /a\n'.repeat(5000)}`);
    // A file of 500 KiB may name one 30,000 times; with 5000 rules each that would be gigabytes.
    expect(performance.now() - started).toBeLessThan(1000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 1024 * 1024);
    expect(robots.allows('/a')).toBe(false);
  });

  test('with patterns that are made to be slow is read all the same', () => {
    const text = `User-agent: *\n${`Disallow: /${'a*'.repeat(300)}b$\n`.repeat(50)}`;
    expect(allows(text, `/${'a'.repeat(1500)}`)).toBe(true);
  });
});
