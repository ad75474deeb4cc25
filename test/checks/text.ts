// What no other tool looks at: words that must not be in a file, and links of documents that lead nowhere.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { trackedFiles } from './tracked-files.ts';

const FORBIDDEN: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  { pattern: /(?<![\w.*-])\/(?:work|root|home\/\w+|Users\/\w+)\/\w/, why: 'a path of one machine' },
  { pattern: /\b(?:ox|es)lint-(?:disable|enable)|@ts-(?:ignore|nocheck)/, why: 'a rule switched off: repair the code' },
  { pattern: /^(?:<{7}|>{7}) /, why: 'a merge that was not finished' },
];

/** `[text](target)` with a target in this repository; its anchor is not looked at. */
const LINK = /\]\((?![a-z]+:|#)([^)#\s]+)/g;
/** A path of a source file in backticks. */
const SOURCE = /`((?:crds|core|operator|gateway|servers|cli|test|bin|examples)\/[\w./-]+\.\w+)`/g;

const files = trackedFiles().filter((path) => path !== 'package-lock.json' && path !== 'test/checks/text.ts');
for (const path of files) {
  const content = readFileSync(path);
  if (content.includes(0)) continue;
  for (const [index, line] of content.toString().split('\n').entries()) {
    for (const complaint of [...forbidden(line), ...(path.endsWith('.md') ? nowhere(path, line) : [])]) {
      process.stderr.write(`${path}:${index + 1}: ${complaint}\n`);
      process.exitCode = 1;
    }
  }
}

function forbidden(line: string): string[] {
  return FORBIDDEN.filter(({ pattern }) => pattern.test(line)).map(({ why }) => `${why}: ${line.trim().slice(0, 120)}`);
}

function nowhere(path: string, line: string): string[] {
  const links = [...line.matchAll(LINK)].map(([, target = '']) => join(dirname(path), target));
  const sources = [...line.matchAll(SOURCE)].map(([, target = '']) => target);
  return [...links, ...sources].filter((target) => !existsSync(target)).map((target) => `there is no ${target}`);
}
