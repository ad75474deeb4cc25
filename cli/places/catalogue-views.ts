import { z } from 'zod';
import { API_VERSION, KIND } from '../../crds/mcpserver.ts';
import { oneLine } from '../output/harmless.ts';
import type { ServerView, ServerViews } from './place.ts';

const Text = z.string().transform((text) => oneLine(text));

const Entry = z.object({
  name: Text,
  title: Text.optional(),
  description: Text.optional(),
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  transport: z.enum(['streamable-http', 'sse']).optional(),
  oauth: z.object({ required: z.boolean(), scopes: z.array(Text) }),
  ready: z.boolean(),
  reason: Text.optional(),
  // What only callers with a token are told.
  namespace: Text.optional(),
  createdAt: Text.optional(),
  since: Text.optional(),
  message: Text.optional(),
  toolCount: z.int().optional(),
  tools: z.array(z.object({ name: Text, title: Text.optional(), digest: Text.default('') })).optional(),
});

/** What the registry of a gateway answers, as gateway/registry/catalogue.ts writes it; members that are new are ignored. */
export const Catalogue = z.object({ servers: z.array(Entry) });

/** A catalogue in the form of every other place. */
export const catalogueViews = ({ servers }: z.output<typeof Catalogue>): ServerViews => ({
  servers: servers.map(viewOf),
  problems: [],
});

function viewOf(entry: z.output<typeof Entry>): ServerView {
  const { name, namespace, createdAt, title, description, transport, oauth, endpoint, toolCount, tools } = entry;
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name, ...given({ namespace, creationTimestamp: createdAt }) },
    spec: { ...given({ title: title === name ? undefined : title, description, transport }), oauth },
    status: { conditions: [readyOf(entry)], ...given({ url: endpoint, toolCount, tools }) },
  };
}

/** Visitors are told no more than a word. */
const UNTOLD = 'The gateway tells why to those who may use the server.';

const readyOf = ({ ready, reason, message, since }: z.output<typeof Entry>) => ({
  type: 'Ready' as const,
  status: ready ? ('True' as const) : ('False' as const),
  reason: ready ? 'Ready' : (reason ?? 'Pending'),
  message: message ?? (ready ? '' : UNTOLD),
  lastTransitionTime: since ?? '',
});

/** Without the members that are undefined: JSON and YAML show none. */
const given = <T extends object>(members: T): T =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
