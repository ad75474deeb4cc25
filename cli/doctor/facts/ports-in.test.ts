import { expect, test } from 'vitest';
import { portsIn } from './ports-in.ts';

test.each([
  ['Listening on http://0.0.0.0:3000/mcp', 3000],
  ['INFO:     Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)', 8000],
  ['MCP server listening on port 3001', 3001],
  ['2026-11-30 01:50:15 server started port=9090', 9090],
  ['Server listening at http://[::]:4000', 4000],
  ['listening on :8088', 8088],
])('%s', (line, port) => {
  expect(portsIn([line])).toEqual([port]);
});

test('what names no port, or does not listen', () => {
  expect(portsIn(['connecting to db:5432', 'started at 12:30:59', 'listening', 'ready in 8000 ms'])).toEqual([]);
});

test('the last word counts first', () => {
  expect(portsIn(['listening on port 3000', 'listening on port 4000', 'listening on port 3000'])).toEqual([3000, 4000]);
});
