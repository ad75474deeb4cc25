/** What a value may be; everything else is refused. */
export interface ValueKind {
  /** For people: what is allowed. */
  readonly what: string;
  readonly fits: (text: string) => boolean;
}

export interface FlagRule {
  /** A flag without one is on or absent. */
  readonly value?: ValueKind;
  /** `-o` for `--output`. */
  readonly short?: string;
  readonly repeatable?: boolean;
}

/** What a command may be called with. Nothing beside it. */
export interface CommandRule {
  /** Scopes of the caller, all of them. */
  readonly scopes: readonly string[];
  /** By their whole names, with their dashes. */
  readonly flags: Readonly<Record<string, FlagRule>>;
  /** Words that are no flags, in their order. */
  readonly operands: { readonly kinds: readonly ValueKind[]; readonly least: number };
  /** One of these flags must be there. */
  readonly oneOf?: readonly string[];
}

/** What a program may be asked, by the first word of its arguments; `''` is for programs without sub-commands. */
export type CommandRules = Readonly<Record<string, CommandRule>>;
