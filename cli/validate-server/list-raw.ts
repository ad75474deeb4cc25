import type { Client } from '@modelcontextprotocol/client';
import { z } from 'zod';
import { Failure } from '../../core/failure.ts';
import { asFailure } from '../mcp/as-failure.ts';
import { walkPages } from '../mcp/walk-pages.ts';

type Kind = 'tools' | 'resources' | 'prompts';

/** What a list had in it, unread, for a check must see what a client would stumble over. */
export interface RawList {
  readonly entries: readonly unknown[];
  /** Why it has no end or cannot be read, as the rest of a sentence about it. */
  readonly problem?: string;
}

/** Every page of `<kind>/list`; undefined where the server does not say that it has any. */
export async function listRaw(client: Client, kind: Kind, signal: AbortSignal): Promise<RawList | undefined> {
  if (!client.getServerCapabilities()?.[kind]) return undefined;
  const page = z.looseObject({ [kind]: z.array(z.unknown()), nextCursor: z.string().optional() });
  try {
    return await walkPages(async (params) => {
      const answer: Readonly<Record<string, unknown>> = await client.request(
        { method: `${kind}/list`, params: { ...params } },
        page,
        { signal },
      );
      return { entries: answer[kind] as unknown[], nextCursor: answer['nextCursor'] as string | undefined };
    });
  } catch (error) {
    const failure = asFailure(error);
    if (signal.aborted || !(failure instanceof Failure)) throw error;
    return { entries: [], problem: `cannot be read: ${failure.message}` };
  }
}
