/** What a TLS connection to the API server needs. */
export interface TlsIdentity {
  /** PEM. */
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
  readonly servername?: string | undefined;
  readonly rejectUnauthorized?: boolean | undefined;
}

/** Where an API server is, and who we are there. Files that rotate are read anew. */
export interface ClusterConnection {
  /** Origin, with the path of a proxy in front where there is one; no slash at the end. */
  readonly server: string;
  /** The namespace that names without one mean there; absent where the configuration names none. */
  readonly namespace?: string | undefined;
  /** For each new connection; the same object while nothing has changed. */
  tls(): Promise<TlsIdentity>;
  /** For each request. `anew`: the server did not accept what was given last. */
  headers(anew: boolean): Promise<Readonly<Record<string, string>>>;
}
