import { z } from 'zod';
import { API_VERSION, KIND } from '../../crds/mcpserver.ts';
import { dnsLabel, scopeToken, serviceName } from '../../crds/text.ts';
import { oneLine } from '../output/harmless.ts';
import type { ServerView, ServerViews } from './place.ts';

// Limits are those of crds/mcpserver.ts and crds/mcpserver-status.ts: a gateway that exceeds them is none of Mooring, and tables and
// commands to copy are made of what it says.

const text = (max: number) =>
  z
    .string()
    .max(max)
    .transform((stranger) => oneLine(stranger));

/** Longest RFC 3339 time in a condition. */
const Time = text(40);

const Entry = z.object({
  name: serviceName(),
  title: text(100).optional(),
  description: text(1000).optional(),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .optional(),
  transport: z.enum(['streamable-http', 'sse']).optional(),
  oauth: z.object({ required: z.boolean(), scopes: z.array(scopeToken()).max(32) }),
  ready: z.boolean(),
  reason: text(256).optional(),
  // What only callers with a token are told.
  namespace: dnsLabel().optional(),
  createdAt: Time.optional(),
  since: Time.optional(),
  message: text(32_768).optional(),
  toolCount: z.int().optional(),
  tools: z
    .array(z.object({ name: text(256), title: text(256).optional(), digest: text(80).default('') }))
    .max(1024)
    .optional(),
});

/** Ten times what a gateway is measured with. */
const MAX_SERVERS = 10_000;

/** What the registry of a gateway answers, as gateway/registry/catalogue.ts writes it; members that are new are ignored. */
export const Catalogue = z.object({ servers: z.array(Entry).max(MAX_SERVERS) });

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
