/** The servers that Mooring brings along and what the platform keeps for them, by name. */
export interface BundledServer {
  /** Its role, and the schema of it, in the database: Secret `<name>-database`. */
  readonly databaseRole: string;
  /** Whether it encrypts what it keeps: Secret `<name>-kek`, which the server finds at MOORING_KEK_FILE. */
  readonly hasKek: boolean;
}

export const BUNDLED_SERVERS = {
  systemprompt: { databaseRole: 'systemprompt', hasKek: false },
  'content-manager': { databaseRole: 'content_manager', hasKek: false },
  marketplace: { databaseRole: 'marketplace', hasKek: true },
} as const satisfies Readonly<Record<string, BundledServer>>;

/** Undefined for servers that Mooring does not bring along. */
export const bundledServer = (name: string): BundledServer | undefined =>
  Object.hasOwn(BUNDLED_SERVERS, name) ? BUNDLED_SERVERS[name as keyof typeof BUNDLED_SERVERS] : undefined;
