import type { ColumnType, Generated } from 'kysely';
import type { AdapterPayload } from 'oidc-provider';

/** Payloads are written as JSON text and read as objects. */
type Json<T> = ColumnType<T, string, string>;
type Timestamp = ColumnType<Date, Date, Date>;

/** Everything with an end that oidc-provider keeps: codes, refresh tokens, grants, sessions, interactions. */
interface OAuthStateTable {
  /** Name of oidc-provider's model: `RefreshToken`, `Session` … */
  readonly kind: string;
  /** SHA-256 of the value that clients and browsers hold: who reads the table cannot use what is in it. */
  readonly id: string;
  readonly payload: Json<AdapterPayload>;
  readonly grant_id: string | null;
  readonly client_id: string | null;
  readonly account: string | null;
  readonly uid: string | null;
  readonly consumed_at: Timestamp | null;
  readonly expires_at: Timestamp;
}

/** Clients that registered themselves (RFC 7591). */
interface OAuthClientTable {
  readonly id: string;
  readonly metadata: Json<AdapterPayload>;
  readonly used_at: Timestamp;
}

interface AccountTable {
  /** Also the `sub` of its tokens; never given to somebody else. */
  readonly name: string;
  readonly password_hash: string;
  readonly scopes: string[];
}

/** What strangers may do only so often: see attempts.ts. */
interface AttemptTable {
  readonly kind: string;
  readonly key: string;
  readonly made_at: Generated<Date>;
}

/** What migrations.ts makes. */
export interface AuthorizationServerTables {
  readonly oauth_state: OAuthStateTable;
  readonly oauth_client: OAuthClientTable;
  readonly account: AccountTable;
  readonly attempt: AttemptTable;
}
