import type { Log } from '../core/log.ts';
import { qualifiedName, type McpServer } from '../crds/mcpserver.ts';
import type { McpServerStatus } from '../crds/mcpserver-status.ts';
import { transitions } from './transitions.ts';

/** One line for what turned between the server's status and the next one: the log tells the story of each server, and nothing while nothing happens. */
export function announce(log: Log, server: McpServer, next: McpServerStatus): void {
  for (const { type, status, reason, message, isTrouble } of transitions(server, next)) {
    log[isTrouble ? 'warn' : 'info']({ server: qualifiedName(server), condition: type, status, reason }, message);
  }
}
