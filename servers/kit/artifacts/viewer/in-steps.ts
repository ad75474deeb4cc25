import { element } from './element.ts';

/** Adds the parts of a long thing to `list`, and a button for more: a browser is slow with ten thousand at once. */
export function inSteps(
  list: Element,
  total: number,
  step: number,
  part: (index: number) => Node,
  what: string,
): HTMLElement {
  const more = element('button', { type: 'button', class: 'more' });
  let shown = 0;
  const show = (): void => {
    const until = Math.min(shown + step, total);
    const added = Array.from({ length: until - shown }, (_, index) => part(shown + index));
    list.append(...added);
    shown = until;
    more.hidden = shown === total;
    more.textContent = `Show more (${shown} of ${total} ${what})`;
  };
  more.addEventListener('click', show);
  show();
  return more;
}
