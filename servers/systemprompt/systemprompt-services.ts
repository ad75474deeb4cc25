import type { ProcessGuard } from '../../core/process-guard.ts';
import type { CallSlots } from '../kit/index.ts';
import type { RunLimits } from './runs/run-program.ts';
import type { Settings } from './settings.ts';

/** What the tool gets beside the caller. */
export interface SystempromptServices {
  readonly settings: Settings;
  /** The `mooring` that runs this server: program and its first arguments. */
  readonly mooring: readonly [command: string, ...args: string[]];
  readonly guard: ProcessGuard;
  readonly slots: CallSlots;
  readonly limits: RunLimits;
}
