import { ResourceNotFoundError, type ReadResourceResult } from '@modelcontextprotocol/server';
import type { ResourceContent, ResourceContents } from './define-resource.ts';

interface Requested {
  readonly uri: string;
  readonly mimeType?: string | undefined;
}

/** What a resource holds, as it goes over the wire. Throws a `ResourceNotFoundError` where there is none. */
export function resourceContents(contents: ResourceContents, requested: Requested): ReadResourceResult {
  if (contents === undefined) throw new ResourceNotFoundError(requested.uri);
  const pieces = [contents].flat() as readonly ResourceContent[];
  return { contents: pieces.map((piece) => onWire(piece, requested)) };
}

function onWire(
  { uri, mimeType, meta, ...content }: ResourceContent,
  requested: Requested,
): ReadResourceResult['contents'][number] {
  const type = mimeType ?? requested.mimeType;
  return {
    uri: uri ?? requested.uri,
    ...(type !== undefined && { mimeType: type }),
    ...(meta && { _meta: { ...meta } }),
    ...('text' in content ? { text: content.text } : { blob: Buffer.from(content.bytes).toString('base64') }),
  };
}
