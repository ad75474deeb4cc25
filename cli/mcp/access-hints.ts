import { handedOver } from '../caller/handed-over.ts';
import type { Place } from '../places/place.ts';

/** What a person does next when a gateway does not let them in; other places, other ways. */
export interface AccessHints {
  readonly signIn: string;
  readonly scopes: (needed: string) => string;
}

/** A caller of systemprompt has no command line: who they are and may do comes from the app in which they call it. */
const FOR_CALLERS: AccessHints = {
  signIn: 'Call again; if that does not help, sign in again in the app that calls systemprompt.',
  scopes: (needed) => `Leave out --scope, or sign in again in the app that calls systemprompt and allow ${needed}.`,
};

export function accessHints(
  { kind, label }: Pick<Place, 'kind' | 'label'>,
  isForCaller = handedOver() !== undefined,
): AccessHints {
  if (isForCaller) return FOR_CALLERS;
  switch (kind) {
    case 'laptop':
      return {
        signIn: '`mooring doctor NAME` says what is wrong with the token.',
        scopes: (needed) => `Leave out --scope, or give --scope "${needed}".`,
      };
    case 'cluster':
    case 'gateway': {
      const login = kind === 'gateway' ? `\`mooring login ${label}\`` : '`mooring login URL`';
      return {
        signIn: `Sign in with ${login}.`,
        scopes: (needed) => `Leave out --scope, or sign in again with ${login} and allow ${needed}.`,
      };
    }
    default:
      return kind satisfies never;
  }
}
