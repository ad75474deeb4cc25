import type { Artifact } from '../artifact.ts';
import { element } from './element.ts';
import { inSteps } from './in-steps.ts';

/** Levels that are open at first, and members that are shown at once. */
const OPEN = 2;
const STEP = 100;

/** A tree that opens by click or key; what is closed is not made yet, so that a deep value costs little. */
export const jsonView = ({ value }: Extract<Artifact, { type: 'json' }>): HTMLElement =>
  element(
    'div',
    { class: 'tree scroll', tabindex: 0, role: 'region', 'aria-label': 'JSON' },
    valueView(value ?? null, 0),
  );

function valueView(value: unknown, depth: number, name?: string): HTMLElement {
  const label = name === undefined ? [] : [element('span', { class: 'key' }, name), ': '];
  if (typeof value !== 'object' || value === null) {
    const type = value === null ? 'null' : typeof value;
    return element('div', {}, ...label, element('span', { class: `value ${type}` }, JSON.stringify(value) ?? 'null'));
  }
  const members = Object.entries(value);
  const size = Array.isArray(value) ? `[${members.length}]` : `{${members.length}}`;
  const summary = element('summary', {}, ...label, element('span', { class: 'quiet' }, size));
  const branch = element('details', {}, summary);
  const fill = (): void => {
    const list = element('div', { class: 'members' });
    const member = (index: number): Node => {
      const [key = '', child] = members[index] ?? [];
      return valueView(child, depth + 1, key);
    };
    branch.append(list, inSteps(list, members.length, STEP, member, 'members'));
  };
  branch.open = depth < OPEN;
  if (branch.open) fill();
  else branch.addEventListener('toggle', fill, { once: true });
  return branch;
}
