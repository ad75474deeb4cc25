import type { CallToolResult } from '@modelcontextprotocol/client';

export type Content = CallToolResult['content'][number];

/** Bytes of a result that are no text. */
export interface Binary {
  readonly mimeType: string;
  readonly bytes: Buffer;
}

/** The bytes in a part of a result, where it is no text. */
export function binaryIn(content: Content): Binary | undefined {
  switch (content.type) {
    case 'image':
    case 'audio':
      return { mimeType: content.mimeType, bytes: Buffer.from(content.data, 'base64') };
    case 'resource': {
      const { resource } = content;
      if (!('blob' in resource)) return undefined;
      return { mimeType: resource.mimeType ?? 'application/octet-stream', bytes: Buffer.from(resource.blob, 'base64') };
    }
    case 'text':
    case 'resource_link':
      return undefined;
    default:
      return content satisfies never;
  }
}
