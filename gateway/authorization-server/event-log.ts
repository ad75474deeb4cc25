import type { EventEmitter } from 'node:events';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Log } from '../../core/log.ts';

/** Steps of a flow that went well. Failures have lines of their own (failures.ts). */
const EVENTS = [
  'authorization.success',
  'grant.success',
  'grant.revoked',
  'interaction.started',
  'registration_create.success',
];

/** Tells at level debug what oidc-provider does: the event and the client, never parameters or tokens. */
export function logEvents(provider: EventEmitter, log: Log): void {
  for (const event of EVENTS) {
    provider.on(event, (ctx: KoaContextWithOIDC) => {
      log.debug({ client: ctx.oidc.client?.clientId }, event);
    });
  }
}
