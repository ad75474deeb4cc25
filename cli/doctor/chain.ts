import { Failure } from '../../core/failure.ts';
import type { Check } from './check.ts';
import { broken, isBreak, type Finding, type LinkName, type Verdict } from './link.ts';
import { accepted } from './links/accepted.ts';
import { call } from './links/call.ts';
import { clock } from './links/clock.ts';
import { manifest } from './links/manifest.ts';
import { metadata } from './links/metadata.ts';
import { port } from './links/port.ts';
import { process } from './links/process.ts';
import { program } from './links/program.ts';
import { route } from './links/route.ts';
import { scopes } from './links/scopes.ts';
import { speaksMcp } from './links/speaks-mcp.ts';
import { token } from './links/token.ts';
import { tools } from './links/tools.ts';
import type { Subject } from './subject.ts';

/** ms for one link. Everything asked answers within two seconds where it answers at all; a gateway waits two for a server that starts. */
const LINK_MS = 10_000;

/** ms where a registry may be asked for a package: package managers take seconds to start. */
const PACKAGE_MS = 30_000;

/** From the manifest to an answer, as a person would look; the first link that is broken ends it. */
const CHAIN: readonly (readonly [LinkName, Check, number?])[] = [
  ['manifest', manifest], //  it is seen, valid and enabled
  ['accepted', accepted, PACKAGE_MS], // an operator has taken it on
  ['program', program], //    image or binary are there
  ['process', process], //    it runs
  ['port', port], //          it listens where it should
  ['mcp', speaksMcp], //      it has answered MCP
  ['tools', tools], //        it has the tools that are meant
  ['route', route], //        the public URL leads to a gateway that knows it
  ['clock', clock], //        tokens live as long here as there
  ['metadata', metadata], //  clients find the way to a token
  ['token', token], //        the gateway takes the token
  ['scopes', scopes], //      the token grants enough
  ['call', call], //          the server answers through all of it
];

/** One link that was looked at. `detail` says what was seen, or what is wrong. */
export interface Step {
  readonly link: LinkName;
  readonly ok: boolean;
  readonly detail: string;
}

/** What was found of one server. Stable (`-o json`): fields are added, never renamed. */
export interface Examination {
  readonly name: string;
  /** Absent at a gateway, which tells none, and for a server that is not seen. */
  readonly namespace?: string | undefined;
  /** True with a finding: it is switched off on purpose, and nobody asked for it. */
  readonly ok: boolean;
  readonly links: readonly Step[];
  readonly finding?: Finding;
}

/** Walks the chain of one server to its first broken link. */
export async function walk(subject: Subject): Promise<Examination> {
  const { name, namespace } = subject.server.metadata;
  const links: Step[] = [];
  for (const [link, check, ms = LINK_MS] of CHAIN) {
    const verdict = await withinTime(subject, check, ms);
    if (!verdict) continue;
    if (isBreak(verdict)) {
      links.push({ link, ok: false, detail: verdict.message });
      return { name, namespace, ok: false, links, finding: { link, ...verdict } };
    }
    links.push({ link, ok: true, detail: verdict.detail });
  }
  return { name, namespace, ok: true, links };
}

async function withinTime(subject: Subject, check: Check, ms: number): Promise<Verdict | undefined> {
  const signal = AbortSignal.timeout(ms);
  const { promise: late, resolve } = Promise.withResolvers<Verdict>();
  signal.addEventListener('abort', () => resolve(tooSlow(ms)));
  try {
    return await Promise.race([check(subject, signal), late]);
  } catch (error) {
    // What aborts with the signal may lose the race against it.
    return signal.aborted ? tooSlow(ms) : failed(error);
  }
}

const tooSlow = (ms: number): Verdict =>
  broken(
    'Timeout',
    `What was asked for this has not answered within ${ms / 1000} s.`,
    'Run `mooring doctor` again; where it stays so, look at the network between this machine and the place.',
  );

/** A place that fails in the middle is told like any other finding. */
const failed = (error: unknown): Verdict =>
  error instanceof Failure
    ? broken('DoctorFailed', error.message, 'Do what the message says, then run `mooring doctor` again.')
    : broken('DoctorFailed', `It could not be looked at: ${(error as Error).message}.`, 'Please report this.');
