import type { Client } from 'oidc-provider';
import { COMMAND_LINE_CLIENT_ID } from '../command-line-client.ts';
import { isMetadataDocumentClient } from '../prompt-policy.ts';
import { redirectTarget, type RedirectTarget } from '../redirect-target.ts';

/** Who asks for access, as far as it is known. */
export interface ClientIdentity {
  /** What it calls itself. */
  readonly name: string;
  /** Host of its metadata document, which a certificate proves; absent for a client that registered itself. */
  readonly provenHost?: string;
  /** It came with this gateway: its name is true, though any program on the person's computer can use it. */
  readonly isBuiltIn?: boolean;
  readonly id: string;
  readonly target: RedirectTarget | undefined;
}

export function clientIdentity(client: Client, redirectUri: string): ClientIdentity {
  const { clientId: id } = client;
  const target = redirectTarget(redirectUri);
  const name = visible(client.clientName ?? '') || 'An app without a name';
  if (isMetadataDocumentClient(client)) return { name, id, target, provenHost: new URL(id).host };
  return { name, id, target, ...(id === COMMAND_LINE_CLIENT_ID && { isBuiltIn: true }) };
}

/** Without control, format and private characters (Unicode category C): they can turn text around or make two names look the same. */
const visible = (text: string): string => text.replace(/\p{C}/gu, '').trim();
