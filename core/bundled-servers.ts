/** The servers that Mooring brings along and what the platform keeps for them, by name. */
export interface BundledServer {
  /** Its role, and the schema of it, in the database: Secret `<name>-database`. */
  readonly databaseRole: string;
}

export const BUNDLED_SERVERS: Readonly<Record<string, BundledServer>> = {
  marketplace: { databaseRole: 'marketplace' },
};
