import type { Client } from 'oidc-provider';
import { isMetadataDocumentClient } from '../prompt-policy.ts';
import { redirectTarget, type RedirectTarget } from '../redirect-target.ts';

/** Who asks for access, as far as it is known. */
export interface ClientIdentity {
  /** What it calls itself. */
  readonly name: string;
  /** Host of its metadata document, which a certificate proves; absent for a client that registered itself. */
  readonly provenHost?: string;
  readonly id: string;
  readonly target: RedirectTarget | undefined;
}

export function clientIdentity(client: Client, redirectUri: string): ClientIdentity {
  const { clientId: id } = client;
  const target = redirectTarget(redirectUri);
  const name = visible(client.clientName ?? '') || 'An app without a name';
  return isMetadataDocumentClient(client) ? { name, id, target, provenHost: new URL(id).host } : { name, id, target };
}

/** Without control, format and private characters (Unicode category C): they can turn text around or make two names look the same. */
const visible = (text: string): string => text.replace(/\p{C}/gu, '').trim();
