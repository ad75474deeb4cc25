import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OAuthClientProvider } from '@modelcontextprotocol/client';

type Stored = Awaited<ReturnType<OAuthClientProvider['clientInformation']>>;
type Tokens = Awaited<ReturnType<OAuthClientProvider['tokens']>>;

/**
 * What a client program keeps while it signs a user in: in memory, with a loopback redirect that waits for the browser.
 * It fits the v1 and the v2 SDK, whose interfaces differ only in optional members.
 */
export class TestOAuthClient {
  information: Stored;
  saved: Tokens;
  /** Where the SDK wants the user to go. */
  authorizationUrl: URL | undefined;
  #verifier = '';
  readonly #server: Server;
  readonly #callback: Promise<URL>;

  private constructor(server: Server, callback: Promise<URL>) {
    this.#server = server;
    this.#callback = callback;
  }

  static async listen(): Promise<TestOAuthClient> {
    const callback = Promise.withResolvers<URL>();
    const server = createServer((request, response) => {
      response.setHeader('content-type', 'text/plain').end('You can close this window.');
      if (request.url?.startsWith('/callback')) callback.resolve(new URL(request.url, 'http://127.0.0.1'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TestOAuthClient(server, callback.promise);
  }

  get redirectUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/callback`;
  }

  get clientMetadata() {
    return {
      client_name: 'Mooring end-to-end test',
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }

  clientInformation(): Stored {
    return this.information;
  }

  saveClientInformation(information: NonNullable<Stored>): void {
    this.information = information;
  }

  tokens(): Tokens {
    return this.saved;
  }

  saveTokens(tokens: NonNullable<Tokens>): void {
    this.saved = tokens;
  }

  redirectToAuthorization(url: URL): void {
    this.authorizationUrl = url;
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  /** The query of the redirect, once the browser has arrived there. */
  async callback(): Promise<URLSearchParams> {
    return (await this.#callback).searchParams;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
