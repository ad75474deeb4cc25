import { z } from 'zod';
import { McpServerManifest } from '../../crds/mcpserver.ts';
import { MAX_FILE_BYTES } from '../../crds/validate.ts';
import { isDigest, type Digest } from '../sync/digest.ts';

const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value));

/** Body of PUT /v1/manifests/:namespace/:name. `expected`: what is there, so that nobody else's edit is written over; null: nothing. */
export const ManifestPut = z.strictObject({
  expected: digest.nullable(),
  wanted: z.strictObject({ manifest: McpServerManifest, digest, text: z.string().max(MAX_FILE_BYTES).optional() }),
});

/** Query of DELETE /v1/manifests/:namespace/:name; a body of DELETE means nothing (RFC 9110, 9.3.5). */
export const ManifestDelete = z.object({ expected: digest });
