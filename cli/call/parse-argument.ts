import { Failure } from '../../core/failure.ts';

/** One `--arg`, before it is known what the tool takes. */
interface WrittenArgument {
  /** `city`, or `address.city` for what lies in an object. */
  readonly name: string;
  /** `:=` says that the text is JSON; else the tool's schema says how it is read. */
  readonly isJson: boolean;
  readonly text: string;
}

/** `k=v` or `k:=JSON`. Throws `usage`; the text itself may be a secret and is not repeated. */
export function parseArgument(written: string): WrittenArgument {
  const [, name = '', sign = '', text = ''] = /^([^=]*?)(:?=)(.*)$/s.exec(written) ?? [];
  if (name !== '') return { name, isJson: sign === ':=', text };
  throw new Failure('usage', 'An --arg has the form NAME=VALUE, or NAME:=JSON.');
}
