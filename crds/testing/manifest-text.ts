import { stringify } from 'yaml';
import { API_VERSION, KIND } from '../mcpserver.ts';

/** For tests: the YAML of a McpServer, by default the smallest valid one. */
export const manifestText = (name = 'notes', spec: unknown = { binary: 'notes-server' }, namespace?: string): string =>
  stringify({ apiVersion: API_VERSION, kind: KIND, metadata: { name, ...(namespace && { namespace }) }, spec });
