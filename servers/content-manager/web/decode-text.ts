/** Bytes that are looked through for a declaration (HTML, "prescan a byte stream": 1024; feeds and some sites need more). */
const PRESCAN = 4096;

const BOMS = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16be', [0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
] as const;

/**
 * Text of a page in the encoding that it says: byte order mark, header, `<meta>` or XML declaration, in this order (HTML,
 * "determining the character encoding"). Without any it is UTF-8, or Windows-1252 where it is no UTF-8.
 */
export function decodeText(bytes: Uint8Array, contentType: string): string {
  const bom = BOMS.find(([, mark]) => mark.every((octet, index) => bytes[index] === octet))?.[0];
  const inHeader = /charset\s*=\s*["']?([^\s"';]+)/i.exec(contentType)?.[1];
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, PRESCAN));
  const inText = (
    /<meta[^>]{0,500}?charset\s*=\s*["']?([^\s"'/>;]+)/i.exec(head) ??
    /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"']+)/.exec(head)
  )?.[1];
  for (const label of [bom, inHeader, inText]) {
    const decoder = label === undefined ? undefined : decoderFor(label);
    if (decoder) return decoder.decode(bytes);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Undefined for a label that no browser knows. */
function decoderFor(label: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}
