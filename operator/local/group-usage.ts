import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** What a process group uses now. */
export interface GroupUsage {
  /** Resident memory; what processes share counts for each. */
  readonly memoryBytes: number;
  /** 1 is one core, all of the time. */
  readonly cpuCores: number;
}

/** ms between two looks: the clock of proc(5) ticks every 10 ms, so a core in full use is told within 5 %. */
const LOOK_MS = 200;

/** USER_HZ of proc_pid_stat(5): 100 on every architecture that Mooring runs on. */
const TICKS_PER_SECOND = 100;

/** Measures the process groups with these leaders; what cannot be measured, or has just ended, is missing. Takes 200 ms on Linux. */
export async function groupUsage(leaders: readonly number[]): Promise<ReadonlyMap<number, GroupUsage>> {
  if (leaders.length === 0) return new Map();
  const wanted = new Set(leaders);
  return process.platform === 'linux' ? fromProc(wanted) : fromPs(wanted);
}

async function fromProc(wanted: ReadonlySet<number>): Promise<ReadonlyMap<number, GroupUsage>> {
  const before = await membersOf(wanted);
  const started = performance.now();
  await sleep(LOOK_MS);
  const after = await membersOf(wanted);
  const seconds = (performance.now() - started) / 1000;
  const groups = new Map<number, GroupUsage>();
  for (const [pid, { group, ticks, memoryBytes }] of after) {
    const { memoryBytes: memory = 0, cpuCores = 0 } = groups.get(group) ?? {};
    const used = (ticks - (before.get(pid)?.ticks ?? 0)) / TICKS_PER_SECOND;
    groups.set(group, { memoryBytes: memory + memoryBytes, cpuCores: rounded(cpuCores + used / seconds) });
  }
  return groups;
}

interface Member {
  readonly group: number;
  /** Processor time so far. */
  readonly ticks: number;
  readonly memoryBytes: number;
}

async function membersOf(wanted: ReadonlySet<number>): Promise<ReadonlyMap<number, Member>> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const members = await Promise.all(ids.map(async (id) => [Number(id), await memberOf(id, wanted)] as const));
  return new Map(members.flatMap(([pid, member]) => (member ? [[pid, member]] : [])));
}

async function memberOf(id: string, wanted: ReadonlySet<number>): Promise<Member | undefined> {
  try {
    const stat = await readFile(`/proc/${id}/stat`, 'utf8');
    // The name in brackets may hold anything; behind it: state ppid pgrp … utime stime, the 14th and 15th field of all.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const group = Number(fields[2]);
    // A zombie has ended, and only waits for its parent to notice.
    if (!wanted.has(group) || fields[0] === 'Z') return undefined;
    const [, kilobytes = 0] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${id}/status`, 'utf8')) ?? [];
    return { group, ticks: Number(fields[11]) + Number(fields[12]), memoryBytes: Number(kilobytes) * 1024 };
  } catch {
    return undefined; // It has just ended.
  }
}

/** macOS: `%cpu` there is of the last seconds. */
async function fromPs(wanted: ReadonlySet<number>): Promise<ReadonlyMap<number, GroupUsage>> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=,rss=,%cpu=']);
  const groups = new Map<number, GroupUsage>();
  for (const line of stdout.split('\n')) {
    const [group = 0, kilobytes = 0, percent = 0] = line.trim().split(/\s+/).map(Number);
    if (!wanted.has(group)) continue;
    const { memoryBytes = 0, cpuCores = 0 } = groups.get(group) ?? {};
    groups.set(group, { memoryBytes: memoryBytes + kilobytes * 1024, cpuCores: rounded(cpuCores + percent / 100) });
  }
  return groups;
}

const rounded = (cores: number): number => Math.round(cores * 100) / 100;
