import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { z } from 'zod';
import { MAX_FILE_BYTES } from '../../crds/validate.ts';
import { Failure } from '../../core/failure.ts';
import { keyOf, type Edit, type Side } from '../sync/side.ts';
import { ManifestDelete, ManifestPut } from './manifest-requests.ts';
import type { ManifestList } from './protocol.ts';

/** A manifest, and the document that it is copied from; JSON may escape every second character. */
const BODY_BYTES = 4 * MAX_FILE_BYTES;

const PATH = '/v1/manifests/:namespace/:name';

const limited = bodyLimit({
  maxSize: BODY_BYTES,
  onError: () => {
    throw new Failure('request_too_large', `A manifest has at most ${MAX_FILE_BYTES} bytes.`, { status: 413 });
  },
});

/** The manifests of the followed files, to be read and, where they are as expected, changed. `?dryRun=All` finds out whether that can be done. */
export function addManifestRoutes(app: Hono, manifests: Side): Hono {
  app.get('/v1/manifests', async (context) => context.json<ManifestList>({ entries: await manifests.list(undefined) }));
  app.put(PATH, limited, async (context) => {
    const { expected, wanted } = checked(ManifestPut, await context.req.json().catch(() => undefined));
    const edit = { ...serverOf(context), expected: expected ?? undefined, wanted };
    if (keyOf(wanted.manifest.metadata) !== keyOf(edit)) throw invalid('the manifest is that of another server');
    return apply(context, manifests, edit);
  });
  app.delete(PATH, async (context) => {
    const { expected } = checked(ManifestDelete, context.req.query());
    return apply(context, manifests, { ...serverOf(context), expected, wanted: undefined });
  });
  return app;
}

async function apply(context: Context, manifests: Side, edit: Edit): Promise<Response> {
  await manifests.apply(edit, { dryRun: context.req.query('dryRun') === 'All' });
  return context.json({});
}

const serverOf = (context: Context<object, typeof PATH>) => ({
  namespace: context.req.param('namespace'),
  name: context.req.param('name'),
});

function checked<Wanted>(schema: z.ZodType<Wanted>, value: unknown): Wanted {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`${issue?.path.join('.')}: ${issue?.message}`);
}

const invalid = (why: string): Failure =>
  new Failure('invalid_request', `That is no change of a manifest: ${why}.`, { status: 400 });
