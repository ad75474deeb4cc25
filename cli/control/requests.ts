import { z } from 'zod';

/** Body of POST /v1/tokens. */
export const TokenRequest = z.strictObject({
  server: z.string().min(1).max(63),
  scope: z.string().max(4096).optional(),
});

const count = z
  .string()
  .regex(/^\d{1,12}$/)
  .transform(Number);

/** Query of GET /v1/logs/NAMESPACE/NAME. */
export const LogQuery = z.strictObject({
  follow: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  /** Only what was written in the last so many milliseconds. */
  sinceMs: count.optional(),
  tail: count.optional(),
});
