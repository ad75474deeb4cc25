import { InvalidArgumentError, type Command } from 'commander';
import { sinceMs } from '../logs/since.ts';
import { inPlace } from '../places/open-place.ts';
import { addPlaceOptions, type PlaceOptions } from '../places/place-options.ts';

export interface LogsOptions extends PlaceOptions {
  readonly follow?: boolean;
  /** Milliseconds. */
  readonly since?: number;
  readonly tail?: number;
  readonly previous?: boolean;
  readonly timestamps?: boolean;
}

export function addLogs(program: Command): void {
  addPlaceOptions(program.command('logs'))
    .description('what a server writes, its secrets masked')
    .argument('<name>', 'the server: NAME or NAMESPACE/NAME')
    .option('-f, --follow', 'go on with what comes, through restarts of the server, until Ctrl-C')
    .option('--since <time>', 'only what was written in this time: 90s, 5m, 1h30m, 2d', parseSince)
    .option('--tail <lines>', 'only so many of the last lines; on a cluster of each pod', parseCount)
    .option('--timestamps', 'put the time before each line')
    .option('-p, --previous', 'cluster: of the containers that ended before those that run')
    .action(async (name: string, options: LogsOptions) => {
      const { showLogs } = await import('../logs/show-logs.ts');
      await inPlace(options, async (place) => showLogs(place, name, options));
    });
}

function parseSince(text: string): number {
  const ms = sinceMs(text);
  if (ms === undefined) throw new InvalidArgumentError('A time is for example 90s, 5m, 1h30m or 2d.');
  return ms;
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a number of lines.');
  return Number(text);
}
