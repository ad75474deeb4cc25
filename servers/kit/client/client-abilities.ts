import { randomUUID } from 'node:crypto';
import { z } from 'zod';

/** What a client can be asked. */
export interface ClientAbilities {
  readonly form: boolean;
  readonly url: boolean;
  readonly sampling: boolean;
}

export const NO_ABILITIES: ClientAbilities = { form: false, url: false, sampling: false };

const thing = z.looseObject({}).optional().catch(undefined);
const Capabilities = z
  .looseObject({
    elicitation: z.looseObject({ form: thing, url: thing }).optional().catch(undefined),
    sampling: thing,
  })
  .catch({});

/** What the capabilities of a client say, of `initialize` or of an envelope. An empty `elicitation` means forms (MCP 2025-11-25, "Elicitation"). */
export function abilitiesOf(capabilities: unknown): ClientAbilities {
  const { elicitation, sampling } = Capabilities.parse(capabilities ?? {});
  return {
    form: elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined),
    url: elicitation?.url !== undefined,
    sampling: sampling !== undefined,
  };
}

const LETTERS = [
  ['form', 'f'],
  ['url', 'u'],
  ['sampling', 's'],
] as const;
const SESSION = /^mooring-([fus]*)-[0-9a-f-]{36}$/;

/**
 * An id for a session of the legacy era that says itself what the client can do, because only `initialize` is told and we keep
 * nothing; undefined for clients that can do nothing. Whoever forges one is asked questions that they said they can answer.
 */
export function sessionIdFor(abilities: ClientAbilities): string | undefined {
  const letters = LETTERS.filter(([name]) => abilities[name]).map(([, letter]) => letter);
  return letters.length === 0 ? undefined : `mooring-${letters.join('')}-${randomUUID()}`;
}

/** What the client of this session can do: nothing, where the id is not one of ours. */
export function abilitiesOfSession(id: string | null): ClientAbilities {
  const letters = SESSION.exec(id ?? '')?.[1] ?? '';
  const [form, url, sampling] = LETTERS.map(([, letter]) => letters.includes(letter));
  return { form: form ?? false, url: url ?? false, sampling: sampling ?? false };
}
