import type { RunningMarketplace, SkillsClient } from '../../testing/marketplace.ts';
import { PEOPLE, type Act, type Who } from './vault-model.ts';

/** A client for each of `PEOPLE`. */
export async function everybody(marketplace: RunningMarketplace) {
  const clients = new Map<Who, SkillsClient>();
  for (const who of Object.keys(PEOPLE) as Who[]) clients.set(who, await marketplace.connect(PEOPLE[who]));
  const of = (who: Who): SkillsClient => {
    const client = clients.get(who);
    if (!client) throw new Error(`nobody is ${who}`);
    return client;
  };
  async function answerOf(each: Act, value: string) {
    if (each.does === 'read') {
      const { reader, owner: whose, names, skill } = each;
      const input = { names: [...names], owner: whose, ...(skill !== undefined && { skill }) };
      return (await of(reader).call<{ secrets: object[] }>('get_secrets', input)).secrets;
    }
    const { does: action, owner: whose, name: secret } = each;
    const more = action === 'set' || action === 'rotate' ? { value } : 'grant' in each ? each.grant : {};
    await of(whose).call('manage_secrets', { action, name: secret, ...more });
    return [];
  }
  return {
    of,
    /** Undefined where it was refused. A failure of ours is not a refusal. */
    perform: async (each: Act, value: string) =>
      answerOf(each, value).catch((error: Error) => {
        if (/error id/.test(error.message)) throw error;
        return undefined;
      }),
    [Symbol.asyncDispose]: async () => {
      for (const client of clients.values()) await client[Symbol.asyncDispose]();
    },
  };
}
