import type { Artifact } from '../artifact.ts';
import { element } from './element.ts';

/** Text as it is, with numbers of its lines, which a copy does not take along. */
export function codeView({ title, text, language }: Extract<Artifact, { type: 'code' }>): HTMLElement {
  const lines = text.split('\n').map((line) => element('span', { class: 'line' }, `${line}\n`));
  const code = element('code', {}, ...lines);
  const block = element('pre', { class: 'scroll numbered', tabindex: 0, role: 'region', 'aria-label': title }, code);
  return element('div', {}, ...(language ? [element('p', { class: 'quiet label' }, language)] : []), block);
}
