import type { Artifact } from '../artifact.ts';
import { element } from './element.ts';

/** Kinds of lines of a unified diff; the sign stays, so that colour is not all that tells them apart. */
const KINDS: readonly (readonly [prefix: RegExp, kind: string, name: string | undefined])[] = [
  [/^(diff |index |--- |\+\+\+ |new file|deleted file|rename |similarity )/, 'head', undefined],
  [/^@@/, 'hunk', undefined],
  [/^\+/, 'added', 'added'],
  [/^-/, 'removed', 'removed'],
];

export function diffView({ title, text }: Extract<Artifact, { type: 'diff' }>): HTMLElement {
  const lines = text.replace(/\n$/, '').split('\n').map(lineView);
  return element(
    'pre',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': title },
    element('code', {}, ...lines),
  );
}

function lineView(line: string): HTMLElement {
  const [, kind = '', name] = KINDS.find(([prefix]) => prefix.test(line)) ?? [];
  const tag = name === 'added' ? 'ins' : name === 'removed' ? 'del' : 'span';
  return element(tag, { class: `line ${kind}` }, `${line}\n`);
}
