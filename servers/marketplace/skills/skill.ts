import { z } from 'zod';

/**
 * Characters of a skill's content. Agent Skills recommends less than 5,000 tokens, about 20,000 characters; three times that
 * leaves room, and a page of 10 skills with content stays below a megabyte.
 */
const MAX_CONTENT = 65_536;
const MAX_TAGS = 16;

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const SLUG_RULE = 'only lowercase letters, digits and single hyphens between them';

/** PostgreSQL's text holds neither U+0000 nor half of a surrogate pair (the driver would replace it silently). */
export const storable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
const text = (max: number) =>
  z.string().min(1).max(max).refine(storable, 'must be text: no NUL characters, no broken Unicode');

/** https://agentskills.io/specification, "name field". */
export const skillName = () => z.string().max(64).regex(SLUG, SLUG_RULE);
/** https://agentskills.io/specification, "description field". */
export const skillDescription = () => text(1024);
/** Subjects are at most 255 characters (OpenID Connect Core section 2), but for what had longer ones before. */
export const skillOwner = () => text(1024);
export const skillContent = () => text(MAX_CONTENT);
export const skillTags = () => z.array(z.string().max(32).regex(SLUG, SLUG_RULE)).max(MAX_TAGS);
/** Matches a name or a part of a description; longer ones find nothing. */
export const searchText = () => text(200);

/** A skill without its content, as tools answer it. */
export const SkillSummary = z.object({
  owner: z.string().describe('Subject of the person who wrote it.'),
  name: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  version: z.int().min(1).describe('Grows by one with each change. update_skill wants the one you have seen.'),
  archived: z.boolean(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export type SkillSummary = z.output<typeof SkillSummary>;

/** PostgreSQL's integer, one below its end because the version grows. */
const MAX_VERSION = 2 ** 31 - 2;
export const skillVersion = () => z.int().min(1).max(MAX_VERSION);

/** Of a skill as it is kept. */
export const summaryOf = ({
  owner,
  name,
  description,
  tags,
  version,
  archived,
  createdAt,
  updatedAt,
}: Omit<SkillSummary, 'tags' | 'createdAt' | 'updatedAt'> & {
  readonly tags: readonly string[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}): SkillSummary => ({
  owner,
  name,
  description,
  tags: [...tags],
  version,
  archived,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});
