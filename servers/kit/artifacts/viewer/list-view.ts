import type { Artifact } from '../artifact.ts';
import { element } from './element.ts';
import { inSteps } from './in-steps.ts';
import { link, type OpenLink } from './link.ts';

const STEP = 200;

export function listView({ items, ordered }: Extract<Artifact, { type: 'list' }>, openLink: OpenLink): HTMLElement {
  const list = element(ordered ? 'ol' : 'ul', { class: 'items' });
  const item = (index: number): Node => {
    const { title = '', detail, url } = items[index] ?? {};
    const name = url === undefined ? element('strong', {}, title) : link(url, title, openLink);
    return element('li', {}, name, ...(detail ? [element('p', { class: 'quiet' }, detail)] : []));
  };
  return element('div', {}, list, inSteps(list, items.length, STEP, item, 'items'));
}
