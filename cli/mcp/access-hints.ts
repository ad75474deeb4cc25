import type { Place } from '../places/place.ts';

/** What a person does next when a gateway does not let them in; other places, other ways. */
export interface AccessHints {
  readonly signIn: string;
  readonly scopes: (needed: string) => string;
}

export function accessHints({ kind, label }: Pick<Place, 'kind' | 'label'>): AccessHints {
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
