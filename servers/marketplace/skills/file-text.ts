const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as text where they are UTF-8 without NUL, else in base64. */
export function fileText(bytes: Uint8Array): { readonly text: string } | { readonly base64: string } {
  try {
    const text = UTF8.decode(bytes);
    if (!text.includes('\0')) return { text };
  } catch {
    // Not text.
  }
  return { base64: Buffer.from(bytes).toString('base64') };
}
