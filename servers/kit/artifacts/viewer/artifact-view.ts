import type { Artifact } from '../artifact.ts';
import { chartView } from './chart-view.ts';
import { codeView } from './code-view.ts';
import { diffView } from './diff-view.ts';
import { element } from './element.ts';
import { imageView } from './image-view.ts';
import { jsonView } from './json-view.ts';
import type { OpenLink } from './link.ts';
import { listView } from './list-view.ts';
import { logView } from './log-view.ts';
import { markdownView } from './markdown-view.ts';
import { tableView } from './table-view.ts';

const VIEWS: {
  readonly [Type in Artifact['type']]: (artifact: Extract<Artifact, { type: Type }>, openLink: OpenLink) => HTMLElement;
} = {
  table: tableView,
  chart: chartView,
  markdown: markdownView,
  code: codeView,
  json: jsonView,
  image: imageView,
  log: logView,
  list: listView,
  diff: diffView,
};

/** An artifact with its title. */
export function artifactView(artifact: Artifact, openLink: OpenLink): Node[] {
  const { type, title, description } = artifact;
  // An image says what it shows by itself.
  const about = description === undefined ? [] : [element('p', { class: 'quiet' }, description)];
  return [element('h1', {}, title), ...about, VIEWS[type](artifact as never, openLink)];
}
