import type { ColumnType, Generated } from 'kysely';
import type { SecretTables } from './secrets/secret-tables.ts';

/** JSON goes in as text and comes out as a value. */
type Json<Value> = ColumnType<Value, string, string>;

/** A file of a skill beside SKILL.md; its bytes are a blob of the owner's. */
export interface SkillFile {
  readonly path: string;
  /** SHA-256 of the bytes, hexadecimal. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

interface SkillContents {
  description: string;
  /** As it came, with its fences; empty: it is made of name and description. */
  front_matter: string;
  content: string;
  tags: string[];
  files: Json<readonly SkillFile[]>;
}

/** What migrations.ts has made. */
export interface Tables extends SecretTables {
  /** The newest version of each skill. */
  skills: Omit<SkillContents, 'front_matter' | 'files'> & {
    /** Subject of the person who made it. */
    readonly owner: string;
    readonly name: string;
    front_matter: Generated<string>;
    files: ColumnType<readonly SkillFile[], string | undefined, string>;
    archived: Generated<boolean>;
    version: Generated<number>;
    readonly created_at: Generated<Date>;
    updated_at: Generated<Date>;
  };
  skill_versions: SkillContents & {
    readonly owner: string;
    readonly name: string;
    readonly version: number;
    /** Subject of the person who wrote this version. */
    readonly author: string;
    /** Of all its files together. */
    readonly digest: string;
    readonly created_at: Generated<Date>;
  };
  skill_blobs: { readonly owner: string; readonly digest: string; readonly bytes: Buffer };
  skill_shares: {
    readonly owner: string;
    readonly name: string;
    readonly kind: 'person' | 'scope' | 'everyone';
    /** A subject, a scope, or nothing. */
    readonly grantee: string;
  };
  /** What a folder and the skills of a person agreed on last, and what is being written to the folder: from path to digest; null is no skill. */
  skill_syncs: {
    readonly owner: string;
    readonly folder: string;
    readonly name: string;
    agreed: Json<Readonly<Record<string, string>> | null>;
    intent: Json<Readonly<Record<string, string>> | null>;
  };
}
