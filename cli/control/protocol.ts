import { z } from 'zod';
import type { McpServer } from '../../crds/mcpserver.ts';
import type { Problem } from '../../crds/problem.ts';

/** GET /v1/servers */
export interface ServerList {
  readonly servers: readonly McpServer[];
  readonly problems: readonly Problem[];
}

/** POST /v1/tokens */
export const TokenRequest = z.strictObject({
  server: z.string().min(1).max(63),
  scope: z.string().max(4096).optional(),
});
export type TokenRequest = z.output<typeof TokenRequest>;

export interface IssuedToken {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly scope: string;
}

/** Body of every answer that is not 2xx. */
export interface ControlError {
  readonly error: string;
  readonly error_description: string;
  readonly error_id: string;
}
