import type { ProcessGuard } from '../../core/process-guard.ts';
import type { RunSlots } from './runs/run-slots.ts';
import type { RunLimits } from './runs/run-program.ts';
import type { Settings } from './settings.ts';

/** What the tool gets beside the caller. */
export interface SystempromptServices {
  readonly settings: Settings;
  /** The `mooring` that runs this server: program and its first arguments. */
  readonly mooring: readonly [command: string, ...args: string[]];
  readonly guard: ProcessGuard;
  readonly slots: RunSlots;
  readonly limits: RunLimits;
}
