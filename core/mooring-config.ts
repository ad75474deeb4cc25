import { z } from 'zod';
import { parseBlock } from './remote/allow-list.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const origin = () =>
  z
    .string()
    .max(512)
    .regex(/^https?:\/\/[^\s/?#@]+$/, 'an origin: scheme, host and port, without path or trailing slash')
    // Tokens name the origin and are compared letter by letter.
    .refine((text) => URL.parse(text)?.origin === text, 'lower case, and without the default port');
const authority = () =>
  z
    .string()
    .max(300)
    .regex(/^[^\s/?#@]+$/, 'a host name, with a port where it is not the default');

const hostOrBlock = () =>
  z
    .string()
    .max(253)
    .refine(
      (text) =>
        parseBlock(text) !== undefined || (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(text) && !/^[\d.]+$/.test(text)),
      'a host name in lower case, an address, or a block of addresses such as 10.0.0.0/8',
    );

const Limits = z.strictObject({
  requestBodyBytes: z
    .int()
    .min(KIB)
    .max(64 * MIB)
    .default(4 * MIB)
    .describe('Largest body of a request to a server.'),
  requestHeaderBytes: z
    .int()
    .min(4 * KIB)
    .max(256 * KIB)
    .default(16 * KIB)
    .describe('Largest header block of a request. Takes effect at the next start.'),
  requestSeconds: z
    .int()
    .min(1)
    .max(3600)
    .default(60)
    .describe('Time for a request to arrive whole. Takes effect at the next start.'),
  responseHeaderBytes: z
    .int()
    .min(4 * KIB)
    .max(256 * KIB)
    .default(32 * KIB)
    .describe('Largest header block of a server’s answer.'),
  jsonDepth: z.int().min(4).max(512).default(64).describe('Deepest nesting of a request body.'),
  requestsPerServer: z
    .int()
    .min(1)
    .max(10_000)
    .default(256)
    .describe('Requests at one server at a time; above it 503.'),
  streamsPerServer: z.int().min(1).max(100_000).default(1024).describe('Open GET streams at one server; above it 503.'),
  registrationsPerHour: z
    .int()
    .min(1)
    .max(100_000)
    .default(60)
    .describe('New OAuth clients from one address in an hour.'),
  registeredClients: z
    .int()
    .min(10)
    .max(1_000_000)
    .default(10_000)
    .describe('OAuth clients kept; above it the longest unused go.'),
  signInAttempts: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe('Failed sign-ins of one account in 15 minutes; above it 429.'),
});

/** `mooring.yaml`. Everything has a default; what concerns one server stands in its McpServer. */
export const MooringConfig = z.strictObject({
  publicUrl: origin()
    .optional()
    .describe(
      'Origin under which clients reach the gateway. Default: http://localhost:<port>. Takes effect at the next start.',
    ),
  allowedOrigins: z
    .array(origin())
    .max(256)
    .default([])
    .describe('Origins of web pages that may call servers, beside our own.'),
  allowedHosts: z
    .array(authority())
    .max(256)
    .default([])
    .describe('Host headers that are accepted, beside that of publicUrl and loopback names.'),
  remote: z
    .strictObject({
      allow: z
        .array(hostOrBlock())
        .max(256)
        .default([])
        .describe(
          'Hosts and blocks of addresses where remote servers (spec.remote) may be, beside the public internet. For a host that is listed by name, http is allowed as well. Loopback, link-local addresses and the API server are never connected to.',
        ),
    })
    .prefault({}),
  limits: Limits.prefault({}),
  authorizationServer: z
    .strictObject({
      fetchLoopback: z
        .boolean()
        .default(false)
        .describe('For tests only: client metadata documents may be fetched from http and loopback addresses.'),
    })
    .prefault({}),
});

export type MooringConfig = z.output<typeof MooringConfig>;

/** The configuration as it is now; `onChange` tells when an edit took effect. */
export interface LiveConfig {
  readonly current: MooringConfig;
  onChange(listener: (config: MooringConfig) => void): () => void;
}
