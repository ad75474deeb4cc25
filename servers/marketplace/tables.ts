import type { Generated } from 'kysely';

/** What migrations.ts has made. */
export interface Tables {
  skills: {
    /** Subject of the person who made it. */
    readonly owner: string;
    readonly name: string;
    description: string;
    content: string;
    tags: string[];
    version: Generated<number>;
    readonly created_at: Generated<Date>;
    updated_at: Generated<Date>;
  };
}
