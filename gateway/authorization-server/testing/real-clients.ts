/** What real clients register or publish, and where they want the answer. */
export interface RealClient {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly redirectUri: string;
}

const CODE_AND_REFRESH = { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] };
const PUBLIC = { ...CODE_AND_REFRESH, token_endpoint_auth_method: 'none' };

/** RFC 7591 requests. */
export const REGISTRATIONS: Readonly<Record<string, RealClient>> = {
  Claude: {
    metadata: {
      ...PUBLIC,
      client_name: 'Claude',
      scope: 'claudeai',
      redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
    },
    redirectUri: 'https://claude.ai/api/mcp/auth_callback',
  },
  'Claude Code': {
    metadata: {
      ...PUBLIC,
      client_name: 'Claude Code (marketplace)',
      application_type: 'native',
      redirect_uris: ['http://localhost:3118/callback'],
    },
    redirectUri: 'http://localhost:3118/callback',
  },
  'VS Code': {
    metadata: {
      client_name: 'Visual Studio Code',
      client_uri: 'https://code.visualstudio.com',
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      redirect_uris: [
        'https://insiders.vscode.dev/redirect',
        'https://vscode.dev/redirect',
        'http://127.0.0.1/',
        'http://127.0.0.1:33418/',
      ],
    },
    redirectUri: 'http://127.0.0.1:51763/',
  },
  'VS Code over its web redirect': {
    metadata: {
      ...PUBLIC,
      client_name: 'Visual Studio Code',
      application_type: 'native',
      redirect_uris: ['https://vscode.dev/redirect', 'http://127.0.0.1:33418/'],
    },
    redirectUri: 'https://vscode.dev/redirect',
  },
  'Cursor on loopback': {
    metadata: {
      ...PUBLIC,
      client_name: 'Cursor',
      redirect_uris: ['http://localhost:8787/callback', 'cursor://anysphere.cursor-mcp/oauth/callback'],
    },
    redirectUri: 'http://localhost:8787/callback',
  },
  'Cursor by its scheme': {
    metadata: {
      ...PUBLIC,
      client_name: 'Cursor',
      redirect_uris: ['cursor://anysphere.cursor-mcp/oauth/callback'],
    },
    redirectUri: 'cursor://anysphere.cursor-mcp/oauth/callback',
  },
  'mcp-remote': {
    metadata: {
      ...PUBLIC,
      client_name: 'MCP CLI Proxy',
      client_uri: 'https://github.com/modelcontextprotocol/mcp-cli',
      software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d',
      software_version: '0.1.38',
      redirect_uris: ['http://localhost:3334/oauth/callback'],
    },
    redirectUri: 'http://localhost:3334/oauth/callback',
  },
  Codex: {
    metadata: {
      ...PUBLIC,
      client_name: 'Codex',
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1:37819/callback/x1y2'],
    },
    redirectUri: 'http://127.0.0.1:37819/callback/x1y2',
  },
  OpenCode: {
    metadata: {
      ...PUBLIC,
      client_name: 'OpenCode',
      client_uri: 'https://opencode.ai',
      redirect_uris: ['http://127.0.0.1:19876/mcp/oauth/callback'],
    },
    redirectUri: 'http://127.0.0.1:19876/mcp/oauth/callback',
  },
  'a client that wants a secret': {
    metadata: {
      ...CODE_AND_REFRESH,
      client_name: 'Confidential',
      token_endpoint_auth_method: 'client_secret_post',
      redirect_uris: ['https://app.example/callback'],
    },
    redirectUri: 'https://app.example/callback',
  },
};

/** Client id metadata documents, without their `client_id`. */
export const DOCUMENTS: Readonly<Record<string, RealClient>> = {
  Claude: {
    metadata: {
      ...PUBLIC,
      client_name: 'Claude',
      client_uri: 'https://claude.ai',
      redirect_uris: ['https://claude.ai/api/mcp/auth_callback', 'https://claude.com/api/mcp/auth_callback'],
    },
    redirectUri: 'https://claude.com/api/mcp/auth_callback',
  },
  'Claude Code': {
    metadata: {
      ...PUBLIC,
      client_name: 'Claude Code',
      client_uri: 'https://claude.ai',
      redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
    },
    redirectUri: 'http://localhost:58135/callback',
  },
  'VS Code': {
    metadata: {
      client_name: 'Visual Studio Code',
      client_uri: 'https://vscode.dev/product',
      logo_uri: 'https://vscode.dev/static/icon.png',
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1:33418/', 'http://127.0.0.1/', 'https://vscode.dev/redirect'],
    },
    redirectUri: 'http://127.0.0.1:40001/',
  },
  ChatGPT: {
    metadata: {
      ...CODE_AND_REFRESH,
      client_name: 'ChatGPT',
      client_uri: 'https://chatgpt.com/',
      logo_uri: 'https://persistent.oaistatic.com/sonic/misc/openai-logo.png',
      redirect_uris: ['https://chatgpt.com/connector_platform_oauth_redirect'],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
      token_endpoint_auth_signing_alg: 'RS256',
      jwks_uri: 'https://chatgpt.com/oauth/jwks.json',
    },
    redirectUri: 'https://chatgpt.com/connector_platform_oauth_redirect',
  },
};
