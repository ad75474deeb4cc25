import { z } from 'zod';

/** Body of POST /v1/tokens. */
export const TokenRequest = z.strictObject({
  server: z.string().min(1).max(63),
  scope: z.string().max(4096).optional(),
});
