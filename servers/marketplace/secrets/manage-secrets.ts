import { z } from 'zod';
import { defineTool, ToolFailure, type ToolContext } from '../../kit/index.ts';
import { ownerOf } from '../marketplace-services.ts';
import { readAudit } from './secret-audit.ts';
import { granteeName, secretName, secretValue } from './secret-name.ts';
import {
  addGrant,
  deleteSecret,
  findSecret,
  keepValue,
  listSecrets,
  removeGrant,
  type Grant,
  type SecretId,
} from './secret-store.ts';
import { typeOnPage } from './type-on-page.ts';
import { audited, expectPlace, noSuchSecret, type VaultServices } from './vault.ts';

const GRANTEES = ['person', 'role', 'skill'] as const;

const input = z.strictObject({
  action: z
    .enum(['set', 'rotate', 'delete', 'list', 'grant', 'revoke', 'audit'])
    .describe('What to do. set makes a new secret, rotate gives one that is there another value.'),
  name: secretName().optional().describe('The secret, for example "STRIPE_API_KEY". For all actions but list.'),
  value: secretValue()
    .optional()
    .describe(
      'For set and rotate. LEAVE IT OUT: then the user types it on a page, and it passes through no model. Only for values that this conversation holds already.',
    ),
  to: z
    .enum(GRANTEES)
    .optional()
    .describe(
      'For grant and revoke: a person, everybody with a role (scope), or whoever may read a skill of the user.',
    ),
  grantee: granteeName().optional().describe('For grant and revoke: the name of that person, role or skill.'),
});

const output = z.object({
  message: z.string(),
  /** Only for the action list. */
  secrets: z
    .array(
      z.object({
        name: z.string(),
        version: z.int(),
        createdAt: z.iso.datetime(),
        updatedAt: z.iso.datetime(),
        grants: z.array(z.object({ to: z.enum(GRANTEES), grantee: z.string() })),
      }),
    )
    .optional(),
  /** Only for the action audit: the newest first. */
  audit: z
    .array(
      z.object({
        at: z.iso.datetime(),
        name: z.string(),
        actor: z.string(),
        client: z.string().optional(),
        action: z.string(),
        outcome: z.enum(['done', 'refused']),
      }),
    )
    .optional(),
  page: z
    .object({ url: z.string(), expiresAt: z.iso.datetime() })
    .optional()
    .describe('Where the user has to type the value. Show them the URL; do not ask for the value.'),
});

type Input = z.output<typeof input>;
type Output = z.input<typeof output>;

export const manageSecrets = defineTool({
  name: 'manage_secrets',
  title: 'Manage secrets',
  description:
    'Keeps secrets (API keys, passwords) of the signed-in user encrypted: set, rotate, delete, list names, grant them to a skill, a role ' +
    'or a person, and show who read them. Never answers a value. For set and rotate leave the value out: the user types it on a page.',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  scopes: ['user'],
  asksClient: true,
  input,
  output,
  handler: async (wanted, context: ToolContext<VaultServices>): Promise<Output> => {
    const owner = ownerOf(context.identity);
    const db = context.database.use();
    switch (wanted.action) {
      case 'list': {
        const secrets = await listSecrets(db, owner);
        return {
          message: `The user has ${secrets.length === 1 ? 'one secret' : `${secrets.length} secrets`}.`,
          secrets: secrets.map((secret) => ({ ...secret, grants: [...secret.grants] })),
        };
      }
      case 'audit':
        return { message: 'The newest first.', audit: await readAudit(db, owner, wanted.name) };
      case 'set':
      case 'rotate':
        return keep(wanted.action, idOf(owner, wanted), wanted.value, context);
      case 'delete': {
        const id = idOf(owner, wanted);
        await audited(context, id, 'delete', async (change) => {
          if (!(await deleteSecret(change, id))) throw noSuchSecret([id.name]);
        });
        return { message: `${id.name} is deleted, with its grants.` };
      }
      case 'grant':
      case 'revoke':
        return changeGrant(wanted.action, idOf(owner, wanted), grantOf(wanted), context);
      default:
        return wanted.action satisfies never;
    }
  },
});

async function keep(
  action: 'set' | 'rotate',
  id: SecretId,
  value: string | undefined,
  context: ToolContext<VaultServices>,
): Promise<Output> {
  // A call that runs again has done this before the person typed.
  await context.once('place', async () => {
    await expectPlace(context.database.use(), id, action);
    return true;
  });
  if (value === undefined) {
    const page = await typeOnPage(id, context);
    if (!page) return { message: `The user has typed the value of ${id.name}; it is stored.` };
    return {
      message: `Ask the user to open the page and type the value of ${id.name} there. Do not ask for the value itself. The action list shows when it is there.`,
      page,
    };
  }
  const version = await audited(context, id, action, async (db) => keepValue(db, id, value, context.keys));
  return { message: `${id.name} is stored (version ${version}).` };
}

async function changeGrant(
  action: 'grant' | 'revoke',
  id: SecretId,
  grant: Grant,
  context: ToolContext<VaultServices>,
): Promise<Output> {
  const { to, grantee } = grant;
  const named = `the ${to} ${grantee}`;
  await audited(context, id, action, async (db) => {
    if (!(await findSecret(db, id))) throw noSuchSecret([id.name]);
    // A mistyped name would open the secret to whatever skill gets that name later.
    const skill = { owner: id.owner, name: grantee };
    if (action === 'grant' && to === 'skill' && !(await context.mayReadSkill(db, skill, context.identity))) {
      throw new ToolFailure(`The user has no skill named ${grantee}. list_skills shows what there is.`);
    }
    if (action === 'grant' && !(await addGrant(db, id, grant))) {
      throw new ToolFailure(`${id.name} has as many grants as one can have. Revoke one, or grant a role.`);
    }
    if (action === 'revoke' && !(await removeGrant(db, id, grant))) {
      throw new ToolFailure(`${id.name} is not granted to ${named}. The action list shows what is granted.`);
    }
  });
  return {
    message: `${id.name} is ${action === 'grant' ? 'granted to' : 'not granted any more to'} ${named}.`,
  };
}

function idOf(owner: string, { action, name }: Input): SecretId {
  if (name !== undefined) return { owner, name };
  throw new ToolFailure(`The action ${action} needs the name of a secret.`);
}

function grantOf({ action, to, grantee }: Input): Grant {
  if (to !== undefined && grantee !== undefined) return { to, grantee };
  throw new ToolFailure(`The action ${action} needs "to" (person, role or skill) and "grantee" (its name).`);
}
