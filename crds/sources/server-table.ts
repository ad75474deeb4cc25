import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { deepFreeze } from '../deep-freeze.ts';
import type { McpServerStatus } from '../mcpserver-status.ts';
import { qualifiedName, type McpServer, type McpServerManifest } from '../mcpserver.ts';
import type { Problem } from '../problem.ts';

/** A manifest of a file, that wants to be a server. */
export interface Claim {
  readonly manifest: McpServerManifest;
  readonly file: string;
  readonly line: number;
  /** Why the file no longer says this; empty where it does. */
  readonly problems: readonly Problem[];
  /** Its file is about to lose it: whoever claims the name newly is taken for the same server in another place. */
  readonly fading: boolean;
}

export interface Row {
  /** The claim: name, file and, of several in the file, which. */
  readonly claim: string;
  /** Smaller is older. Equal for what was found by the same look. */
  readonly seniority: number;
  readonly server: McpServer;
  readonly problems: readonly Problem[];
}

/** Every server by uid. */
export interface ServerTable {
  readonly rows: ReadonlyMap<string, Row>;
  /** Counts looks that changed something. */
  readonly round: number;
  /** The last resourceVersion that was given out. */
  readonly version: number;
}

export const EMPTY_TABLE: ServerTable = { rows: new Map(), round: 0, version: 0 };

/**
 * The table after the claims have changed. Of several claims to one namespace/name the oldest owns the uid of that name, of equally old ones the
 * first by path; the others are servers too, each with the uid of its place, so that somebody can say that their name is taken.
 */
export function withClaims(table: ServerTable, claims: readonly Claim[], time: Date): ServerTable {
  const rows = new Map<string, Row>();
  let { version } = table;
  const before = Map.groupBy(table.rows.values(), ({ server }) => qualifiedName(server));
  for (const [name, group] of Map.groupBy(identified(claims), ({ manifest }) => qualifiedName(manifest))) {
    for (const [index, candidate] of ranked(group, before.get(name) ?? [], table.round + 1).entries()) {
      const uid = uidOf(index === 0 ? name : candidate.id);
      const created = candidate.heirTo?.server.metadata.creationTimestamp ?? time.toISOString();
      const current = table.rows.get(uid)?.server;
      const server = sameServer(candidate, created, current) ?? newServer(candidate, uid, created, current, ++version);
      rows.set(uid, { claim: candidate.id, seniority: candidate.seniority, problems: candidate.problems, server });
    }
  }
  return { rows, round: table.round + 1, version };
}

/** The table with another status for one server; the same table where that changes nothing. */
export function withStatus(table: ServerTable, uid: string, status: McpServerStatus): ServerTable {
  const row = table.rows.get(uid);
  if (!row || isDeepStrictEqual(row.server.status, status)) return table;
  const version = table.version + 1;
  const metadata = { ...row.server.metadata, resourceVersion: String(version) };
  const server = deepFreeze({ ...row.server, metadata, status: structuredClone(status) });
  return { ...table, version, rows: new Map(table.rows).set(uid, { ...row, server }) };
}

/** The uids of what is not the same in both: added, changed, removed, or with other problems. */
export const changedUids = (before: ServerTable, after: ServerTable): string[] =>
  [...new Set([...before.rows.keys(), ...after.rows.keys()])].filter((uid) => {
    const [old, now] = [before.rows.get(uid), after.rows.get(uid)];
    return (
      old?.server.metadata.resourceVersion !== now?.server.metadata.resourceVersion ||
      !isDeepStrictEqual(old?.problems, now?.problems)
    );
  });

interface IdentifiedClaim extends Claim {
  /** Name, file and, of several in the file, which: lasts while nothing above it in the file claims the same name. */
  readonly id: string;
}

interface Candidate extends IdentifiedClaim {
  readonly seniority: number;
  /** The row that it had, or that it takes over from a claim that went. */
  readonly heirTo: Row | undefined;
}

/** The claims in the order of paths and lines. */
function identified(claims: readonly Claim[]): IdentifiedClaim[] {
  const counts = new Map<string, number>();
  return claims.toSorted(byPlace).map((claim) => {
    const place = `${qualifiedName(claim.manifest)}@${claim.file}`;
    const count = (counts.get(place) ?? 0) + 1;
    counts.set(place, count);
    return Object.assign({ id: count === 1 ? place : `${place}#${count}` }, claim);
  });
}

function byPlace(a: Claim, b: Claim): number {
  if (a.file === b.file) return a.line - b.line;
  return a.file < b.file ? -1 : 1;
}

/** Who claims one name, oldest first. A new claim takes the rank of one that fades or went: the manifest has moved. */
function ranked(claims: readonly IdentifiedClaim[], before: readonly Row[], round: number): Candidate[] {
  const standing = new Set(claims.filter(({ fading }) => !fading).map(({ id }) => id));
  const ranks = new Map(before.map((row) => [row.claim, row]));
  const vacant = before.filter((row) => !standing.has(row.claim)).sort((a, b) => a.seniority - b.seniority);
  const candidate = (claim: IdentifiedClaim, heirTo: Row | undefined): Candidate =>
    Object.assign({ seniority: heirTo?.seniority ?? round, heirTo }, claim);

  const stay = claims
    .filter(({ fading }) => !fading)
    .map((claim) => candidate(claim, ranks.get(claim.id) ?? vacant.shift()));
  const fade = claims
    .filter(({ fading }) => fading)
    .map((claim) => candidate(claim, ranks.get(claim.id)))
    .filter(({ heirTo }) => heirTo !== undefined && vacant.includes(heirTo));
  // The sort is stable: equally old ones stay in the order of paths.
  return [...stay, ...fade].sort((a, b) => a.seniority - b.seniority || byPlace(a, b));
}

/** The server as it is, where the claim says the same. Only the place may be another: that is no change of the server. */
function sameServer({ manifest, file, line }: Claim, created: string, current?: McpServer): McpServer | undefined {
  if (!current || current.metadata.creationTimestamp !== created) return undefined;
  const { uid: _u, generation: _g, resourceVersion: _r, creationTimestamp: _c, ...metadata } = current.metadata;
  if (!isDeepStrictEqual([metadata, current.spec], [manifest.metadata, manifest.spec])) return undefined;
  const isInPlace = current.origin?.file === file && current.origin.line === line;
  return isInPlace ? current : deepFreeze({ ...current, origin: { file, line } });
}

function newServer(
  { manifest, file, line }: Claim,
  uid: string,
  creationTimestamp: string,
  current: McpServer | undefined,
  version: number,
): McpServer {
  const before = current?.metadata.generation ?? 0;
  const generation = current && isDeepStrictEqual(current.spec, manifest.spec) ? before : before + 1;
  return deepFreeze({
    ...manifest,
    metadata: { ...manifest.metadata, uid, generation, resourceVersion: String(version), creationTimestamp },
    ...(current?.status && { status: current.status }),
    origin: { file, line },
  });
}

/** RFC 9562 section 5.8 (version 8), with the name-based construction of its appendix B.2. */
function uidOf(name: string): string {
  const bytes = createHash('sha256').update(`mooring.dev/mcpservers/${name}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
