import type { Artifact } from '../artifact.ts';
import { artifactView } from './artifact-view.ts';
import { element } from './element.ts';
import { connectHost, type HostContext } from './host.ts';

/** What a host says of its look: its theme, and its colours and fonts where it has any. */
function applyContext({ theme, styles }: HostContext): void {
  const root = document.documentElement;
  if (theme === 'light' || theme === 'dark') root.style.colorScheme = theme;
  for (const [name, value] of Object.entries(styles?.variables ?? {})) {
    if (name.startsWith('--') && value !== undefined) root.style.setProperty(name, value);
  }
}

interface Result {
  readonly structuredContent?: { readonly artifact?: Artifact };
  readonly content?: readonly { readonly type: string; readonly text?: string }[];
  readonly isError?: boolean;
}

const view = document.querySelector('main') ?? document.body;
const show = (...nodes: readonly Node[]): void => view.replaceChildren(...nodes);

function showResult({ structuredContent, content = [], isError = false }: Result): void {
  const artifact = structuredContent?.artifact;
  if (artifact !== undefined && !isError) {
    try {
      show(...artifactView(artifact, (url) => host.openLink(url)));
      return;
    } catch {
      // Of a newer server, perhaps; its text can be read all the same.
    }
  }
  const text = content.map((block) => block.text ?? '').join('\n');
  const heading = isError ? 'This did not work' : 'Result';
  show(element('h1', {}, heading), element('pre', { class: 'scroll', tabindex: 0 }, text));
}

const host = connectHost({
  onContext: applyContext,
  onResult: (result) => showResult(result as Result),
  onCancelled: () => show(element('p', { class: 'quiet', role: 'status' }, 'The call was cancelled.')),
});

new ResizeObserver(() => {
  const { width, height } = document.body.getBoundingClientRect();
  host.resized({ width: Math.ceil(width), height: Math.ceil(height) });
}).observe(document.body);
