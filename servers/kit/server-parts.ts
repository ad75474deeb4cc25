import type { Log } from '../../core/log.ts';
import type { OpenQuestions } from './client/open-questions.ts';
import type { Seal } from './client/seal.ts';
import type { InFlight } from './in-flight.ts';
import type { RunningCalls } from './running-calls.ts';
import type { ServerDefinition } from './server-definition.ts';
import type { ServerMetrics } from './server-metrics.ts';

/** What lives as long as a server, while the SDK's own is made for each request. */
export interface ServerParts<Services extends object> {
  readonly definition: ServerDefinition<Services>;
  readonly log: Log;
  readonly calls: InFlight;
  readonly running: RunningCalls;
  readonly questions: OpenQuestions;
  readonly seal: Seal;
  readonly metrics: ServerMetrics;
}
