import type { ErrorCode } from 'yaml';
import type { Finding } from './problem.ts';

type Explanation = Omit<Finding, 'path'>;

const INDENT = {
  message: 'the indentation does not fit',
  hint: 'fields of one map begin in the same column, two spaces further in than their parent',
};
const QUOTE = {
  message: 'something is missing here',
  hint: 'look for a quote or bracket that is never closed, and for a `:` or `-` without a space after it',
};
const UNEXPECTED = {
  message: 'this is not expected here',
  hint: 'put text with special characters in quotes, and look at the line before',
};
const ALIAS = {
  message: 'the aliases (`*name`) lead nowhere, in a circle, or to too much',
  hint: 'write the values out',
};
const TAG = { message: 'tags (`!name`) are not read', hint: 'remove the tag' };
const KEY = { message: 'this is no name of a field', hint: 'the name of a field is text on one line, followed by `:`' };

/** In our words: those of the library repeat text of the file, which may be a secret. */
const EXPLANATIONS: Readonly<Record<ErrorCode, Explanation>> = {
  ALIAS_PROPS: ALIAS,
  BAD_ALIAS: ALIAS,
  BAD_COLLECTION_TYPE: TAG,
  BAD_DIRECTIVE: { message: 'this directive (`%`) is not read', hint: 'remove it; files are YAML 1.2' },
  BAD_DQ_ESCAPE: {
    message: 'there is no such escape in double quotes',
    hint: 'write `\\\\` for a backslash, or use single quotes',
  },
  BAD_INDENT: INDENT,
  BAD_PROP_ORDER: UNEXPECTED,
  BAD_SCALAR_START: { message: 'text cannot begin with this character', hint: 'put it in quotes' },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a map or list begins where only text can stand',
    hint: 'put text with a `:` in quotes, or begin the map on the next line',
  },
  BLOCK_IN_FLOW: {
    message: 'an indented map or list is inside brackets',
    hint: 'close the bracket, or write the inner one with brackets too',
  },
  DUPLICATE_KEY: { message: 'is there twice', hint: 'keep one of the two' },
  IMPOSSIBLE: UNEXPECTED,
  KEY_OVER_1024_CHARS: KEY,
  MISSING_CHAR: QUOTE,
  MULTILINE_IMPLICIT_KEY: {
    message: 'a name without `:` is here',
    hint: 'write `name: value`; if it belongs to the text above, put the text in quotes',
  },
  MULTIPLE_ANCHORS: ALIAS,
  MULTIPLE_DOCS: UNEXPECTED,
  MULTIPLE_TAGS: TAG,
  NON_STRING_KEY: KEY,
  RESOURCE_EXHAUSTION: { message: 'is nested too deeply', hint: 'at most 64 levels are read' },
  TAB_AS_INDENT: { message: 'a tab is used as indentation', hint: 'indent with spaces' },
  TAG_RESOLVE_FAILED: TAG,
  UNEXPECTED_TOKEN: UNEXPECTED,
};

/** What an error of the YAML library means. */
export const describeYamlError = (code: ErrorCode): Explanation => EXPLANATIONS[code];
