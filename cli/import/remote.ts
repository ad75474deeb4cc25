import { headerFields } from '../../core/remote/header-fields.ts';
import { printable } from '../../crds/problem.ts';
import { headersSecret, note, type Draft } from './draft.ts';
import { hasPlaceholder } from './placeholders.ts';
import { secretInUrl } from '../../core/secret-like.ts';
import { NotCarriedOver } from './not-carried-over.ts';

export interface RemoteServer {
  readonly url: string;
  /** Names, and values where they are known. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Whether it speaks HTTP+SSE, as before 2025. */
  readonly isSse: boolean;
}

/** Makes the draft a remote server. Throws NotCarriedOver where its URL cannot stand in a manifest. */
export function setRemote(draft: Draft, { url, headers, isSse }: RemoteServer): void {
  draft.spec.remote = { url: checkedUrl(draft, url) };
  if (isSse) draft.spec.transport = 'sse';
  else delete draft.spec.transport;
  const secret = headersSecret(draft.name);
  for (const [name, value] of Object.entries(headers)) {
    if (!canBeSent(name)) {
      note(draft, `headers.${printable(name)}`, 'is a header that the gateway sets itself, so it was left out');
      continue;
    }
    draft.secrets.push({ secret, key: name, value: hasPlaceholder(value ?? '') ? undefined : value });
    draft.spec.remote.headersFrom = { secretRef: { name: secret } };
  }
}

/** What servers of the HTTP+SSE era call their endpoint; for where nothing else says what is spoken. */
export const isSseUrl = (url: string): boolean => /\/sse\/?(?:[?#]|$)/.test(url);

const canBeSent = (name: string): boolean => {
  try {
    headerFields(new Map([[name, 'x']]), 'a Secret');
    return true;
  } catch {
    return false;
  }
};

function checkedUrl(draft: Draft, written: string): string {
  if (hasPlaceholder(written) || /[{}]|\$\{/.test(written)) {
    throw new NotCarriedOver('url', 'holds a variable: write the value into the original and import it again');
  }
  const url = URL.parse(written);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new NotCarriedOver('url', 'is no absolute http or https URL');
  }
  const secret = secretInUrl(url);
  if (secret !== undefined) {
    throw new NotCarriedOver(
      'url',
      `holds what looks like a secret: ${secret}. Anybody who reads manifests could read it. If the server takes it as a header, write it so and import again`,
    );
  }
  if (isLoopback(url.hostname)) {
    note(
      draft,
      'url',
      'is an address of the client’s own machine, which the gateway never connects to: let Mooring run the program (`binary` instead of `remote`)',
      ['spec', 'remote'],
    );
  } else if (url.protocol === 'http:') {
    note(draft, 'url', 'is not https: an administrator has to list its host in `remote.allow` of mooring.yaml', [
      'spec',
      'remote',
    ]);
  }
  return written.trim();
}

const isLoopback = (host: string): boolean => /^(?:.*\.)?localhost$|^127\.|^\[::1\]$|^0\.0\.0\.0$/.test(host);
