import { describe, expect, test } from 'vitest';
import { looksSecret, secretInUrl } from './secret-like.ts';

describe('secret is', () => {
  test.each([
    ['by its name', 'GITHUB_TOKEN', 'x'],
    ['a key', 'OPENAI_API_KEY', 'x'],
    ['a key of one word', 'APIKEY', 'x'],
    ['a flag', '--access-key', 'x'],
    ['camel case', 'clientSecret', 'x'],
    ['empty, for it will be filled in', 'SLACK_TOKEN', ''],
    ['a password of digits', 'DB_PASSWORD', '1234'],
    ['a PIN', 'CARD_PIN', '1234'],
    ['a key of digits', 'API_KEY', '123456'],
    ['a key of digits in camel case', 'apiKey', '123456'],
    ['a header by name', 'Authorization', 'x'],
    ['several tokens', 'API_TOKENS', 'a,b'],
    ['a password in one word', 'DBPASS', 'x'],
    ['a numbered key', 'KEY1', 'x'],
    ['what signs', 'SIGNATURE', 'x'],
    ['what encrypts', 'ENCRYPTION', 'x'],
    ['a licence', 'LICENSE', 'x'],
    ['a key of keys', '--kek', 'x'],
    ['a connection string by name', 'AZURE_CONNECTION_STRING', 'x'],
    ['a known beginning', 'X', 'ghp_x'],
    ['a known beginning of another vendor', 'X', 'sk-ant-x'],
    ['a signed token', 'X', 'eyJhbGciOiJub25lIn0.e30.'],
    ['a password in a URL', 'DATABASE', 'postgres://me:pw@db/app'],
    ['a header', 'HEADERS', '{"Authorization": "Bearer x"}'],
    ['a connection string', 'DB', 'Server=db;Password=pw;'],
    ['a private key', 'PEM', '-----BEGIN PRIVATE KEY-----'],
    ['random letters and digits', 'X', 'a1b2c3d4e5f6a7b8'],
    ['random letters', 'X', 'qwertyuiopasdfghjklzxcvbnmqwertyui'],
  ])('%s', (_, name, value) => expect(looksSecret(name, value)).toBe(true));
});

describe('not secret is', () => {
  test.each([
    ['a limit of tokens', 'MAX_TOKENS', '4096'],
    ['a switch', 'AUTH_ENABLED', 'true'],
    ['an author', 'AUTHOR', 'Ada Lovelace'],
    ['a level', 'LOG_LEVEL', 'info'],
    ['a URL', 'BASE_URL', 'https://api.example.com/v1/things'],
    ['a version', 'VERSION', '2025.11.30-rc.1'],
    ['a model', 'MODEL', 'claude-3-5-sonnet-20241022'],
    ['a host', 'HOST', 'db-0.internal.eu-central-1.example.com'],
    ['a path', 'DATA', '/srv/0123456789abcdef0123/notes'],
    ['a UUID, which names something', 'TENANT', '123e4567-e89b-12d3-a456-426614174000'],
    ['a monkey', 'MONKEY', 'x'],
  ])('%s', (_, name, value) => expect(looksSecret(name, value)).toBe(false));
});

test.each([
  ['https://mcp.example/mcp', undefined],
  ['https://mcp.example/mcp?profile=team-a', undefined],
  ['https://mcp.example/mcp?token=x', 'a query parameter'],
  ['https://mcp.example/mcp?api_key=123456', 'a query parameter'],
  ['https://mcp.example/mcp?token=123456', 'a query parameter'],
  ['https://mcp.example/mcp?sig=x', 'a query parameter'],
  ['https://mcp.example/mcp?code=x', 'a query parameter'],
  ['https://mcp.example/mcp?x=a1b2c3d4e5f6a7b8', 'a query parameter'],
  ['https://mcp.example/s/a1b2c3d4e5f6a7b8/mcp', 'a part of its path'],
  ['https://me:pw@mcp.example/mcp', 'its user name and password'],
])('in %s it is %s', (url, found) => expect(secretInUrl(new URL(url))).toBe(found));
