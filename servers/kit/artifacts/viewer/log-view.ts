import type { Artifact } from '../artifact.ts';
import { element } from './element.ts';
import { inSteps } from './in-steps.ts';

type Log = Extract<Artifact, { type: 'log' }>;
const STEP = 500;

/** Lines with their time and level; a level is a word, not only a colour. */
export function logView({ title, lines }: Log): HTMLElement {
  const hasTime = lines.some(({ time }) => time !== undefined);
  const hasLevel = lines.some(({ level }) => level !== undefined);
  const list = element('ol', { class: 'log' });
  const line = (index: number): Node => {
    const { time, level, text = '' } = lines[index] ?? {};
    const when = hasTime ? [element('time', time === undefined ? {} : { datetime: time }, clock(time))] : [];
    const what = hasLevel ? [element('span', { class: `level ${level ?? ''}` }, level ?? '')] : [];
    return element('li', {}, ...when, ...what, element('span', { class: 'text' }, text));
  };
  const more = inSteps(list, lines.length, STEP, line, 'lines');
  return element(
    'div',
    {},
    element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': title }, list),
    more,
  );
}

/** Hours, minutes and seconds as the log says them: it is read beside others of the same zone. */
const clock = (time: string | undefined): string => /T(\d\d:\d\d(:\d\d)?)/.exec(time ?? '')?.[1] ?? '';
