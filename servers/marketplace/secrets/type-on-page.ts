import { setTimeout as sleep } from 'node:timers/promises';
import { definePage, ToolFailure, type ToolContext } from '../../kit/index.ts';
import { MAX_VALUE, secretValue } from './secret-name.ts';
import { audit } from './secret-audit.ts';
import { countSecrets, findSecret, keepValue, MAX_SECRETS, type SecretId } from './secret-store.ts';
import { entryState, findEntry, MINUTES, openEntry, useEntry } from './typed-value.ts';
import type { VaultServices } from './vault.ts';

/** Milliseconds between two looks whether a person has typed: short for them, 300 small queries at most for a page. */
const LOOK_EVERY_MS = 1000;

export interface PageToOpen {
  readonly url: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/**
 * Has the owner type a value on a page of the gateway, so that it passes through no model. Answers the page where the client cannot show
 * it by itself; otherwise waits, and answers undefined when the value is there.
 */
export async function typeOnPage(
  { owner, name }: SecretId,
  { database, client, once, signal, progress, pageUrl }: ToolContext<VaultServices>,
): Promise<PageToOpen | undefined> {
  const db = database.use();
  // Once, because the call runs again from its beginning when the person has agreed to open the page.
  const entry = await once('page', async () => (await openEntry(db, { owner, name })) ?? null);
  if (entry === null) {
    throw new ToolFailure(`Too many pages wait for the user already. Ask them to use one, or wait ${MINUTES} minutes.`);
  }
  const page = { url: pageUrl(entry.id), expiresAt: entry.expiresAt };
  if (!client.elicitUrl) return page;
  const message = `Type the value of ${name} on this page of Mooring: it is stored encrypted, and no model sees it.`;
  const answer = await client.elicitUrl('value', { message, url: page.url });
  if (answer !== 'accept') throw new ToolFailure('The user did not want to type the value. Nothing was changed.');
  for (;;) {
    const state = await entryState(db, entry.id);
    if (state === 'used') return undefined;
    if (state === 'gone') throw new ToolFailure('The user did not type the value in time. Nothing was changed.');
    progress({ progress: 0, message: `waiting for the user to type ${name}` });
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

/** The page itself: only for the owner who asked for it, once, for five minutes. */
export const valuePage = definePage<VaultServices>({
  name: 'secret',

  async describe(id, { identity, database }) {
    const db = database.use();
    const entry = await findEntry(db, id, identity.subject ?? '');
    if (!entry) return undefined;
    const isThere = await findSecret(db, entry);
    const what = isThere
      ? `It replaces the value of your secret ${entry.name}`
      : `It becomes your secret ${entry.name}`;
    return {
      title: `${isThere ? 'New value' : 'Value'} of ${entry.name}`,
      text:
        `${what} and is stored encrypted. The app that sent you here, and its model, do not see it. ` +
        `This page takes one value, within ${MINUTES} minutes after the app asked for it.`,
      label: 'Value',
      submit: isThere ? 'Replace' : 'Store',
      maxLength: MAX_VALUE,
    };
  },

  async submit(id, value, { identity, database, keys }) {
    if (!secretValue().safeParse(value).success) throw new ToolFailure(`A value has 1 to ${MAX_VALUE} characters.`);
    return database
      .use()
      .transaction()
      .execute(async (db) => {
        const entry = await useEntry(db, id, identity.subject ?? '');
        if (!entry) return undefined;
        const version = await keepValue(db, entry, value, keys);
        if (version === 1 && (await countSecrets(db, entry.owner)) > MAX_SECRETS) {
          throw new ToolFailure(`You have ${MAX_SECRETS} secrets, which is the limit. Delete one first.`);
        }
        await audit(db, entry, identity, version === 1 ? 'set' : 'rotate');
        return `${entry.name} is stored (version ${version}). You can close this page and go back.`;
      });
  },
});
