// What no other tool looks at: words that must not be in a file that git tracks.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const RULES: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  { pattern: /(?<![\w.*-])\/(?:work|root|home\/\w+|Users\/\w+)\/\w/, why: 'a path of one machine' },
  { pattern: /\b(?:ox|es)lint-(?:disable|enable)|@ts-(?:ignore|nocheck)/, why: 'a rule switched off: repair the code' },
  { pattern: /^(?:<{7}|>{7}) /, why: 'a merge that was not finished' },
];

const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
  .toString()
  .split('\0')
  .filter((path) => path !== '' && path !== 'package-lock.json' && path !== 'test/checks/text.ts');

for (const path of tracked) {
  const lines = textOf(path).split('\n');
  for (const [index, line] of lines.entries()) {
    for (const { pattern, why } of RULES) {
      if (!pattern.test(line)) continue;
      process.stderr.write(`${path}:${index + 1}: ${why}: ${line.trim().slice(0, 120)}\n`);
      process.exitCode = 1;
    }
  }
}

/** Empty for a binary file, and for one that git still knows and that is gone. */
function textOf(path: string): string {
  try {
    const content = readFileSync(path);
    return content.includes(0) ? '' : content.toString();
  } catch {
    return '';
  }
}
