import { oneLine } from '../output/harmless.ts';
import { binaryIn, type Binary, type Content } from './binary.ts';
import type { SavedFile } from './save-files.ts';

/** Characters of what a server calls a thing. */
const MAX_NAME = 200;

/** One part of a result, for people: text as it is, a line for everything else. */
export function contentText(content: Content, saved: SavedFile | undefined): string {
  const binary = binaryIn(content);
  if (binary) return binaryLine(binary, saved);
  if (content.type === 'text') return content.text;
  if (content.type === 'resource') return 'text' in content.resource ? content.resource.text : '';
  if (content.type !== 'resource_link') return '';
  const { uri, name, title = name, mimeType, description } = content;
  const about = [mimeType, description].filter((part) => part !== undefined && part !== '').join('; ');
  return oneLine(`[${title}: ${uri}${about === '' ? '' : ` (${about})`}]`, 2 * MAX_NAME);
}

function binaryLine({ mimeType, bytes }: Binary, saved: SavedFile | undefined): string {
  const what = `${oneLine(mimeType, MAX_NAME)}, ${sizeInWords(bytes.length)}`;
  return saved ? `[${what}: ${saved.path}]` : `[${what}; --save FOLDER keeps it]`;
}

function sizeInWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const kib = bytes / 1024;
  return kib < 1024 ? `${kib.toFixed(1)} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
}
