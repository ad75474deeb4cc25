import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CALL } from './tool-call.ts';

export const CONNECTIONS = 16;

export interface Load {
  readonly requests: number;
  /** Microseconds. */
  readonly duration: number;
  /** Latency, microseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** Calls the tool as fast as 16 connections can, from the given core. Throws unless every answer was a success. */
export async function load(
  url: string,
  headers: Readonly<Record<string, string>>,
  seconds: number,
  core: number,
): Promise<Load> {
  const wrk = ['wrk', '--threads', '1', '--connections', String(CONNECTIONS), '--duration', `${seconds}s`];
  const script = ['--script', join(import.meta.dirname, 'report.lua')];
  const headerOptions = Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
  const { stdout } = await promisify(execFile)(
    'taskset',
    ['--cpu-list', String(core), ...wrk, ...script, ...headerOptions, url],
    { env: { ...process.env, BENCH_BODY: CALL } },
  );
  const { errors, ...result } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Load & { errors: number };
  if (errors > 0) throw new Error(`${errors} of ${result.requests} requests to ${url} failed`);
  return result;
}
