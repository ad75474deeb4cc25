import { join } from 'node:path';
import { run } from './mooring.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'mcp-inspector');

/** A tool as the Inspector lists it. */
export interface InspectedTool {
  readonly name: string;
  readonly outputSchema?: Readonly<Record<string, unknown>>;
}

/** A result as the Inspector prints it. */
export interface InspectedResult {
  readonly isError?: boolean;
  readonly content: readonly unknown[];
  readonly structuredContent?: unknown;
}

/** The command line of the MCP Inspector, with this token, and with its own files below `home`. */
export function inspector(endpoint: string, token: string, home: string) {
  async function inspect(...flags: string[]): Promise<unknown> {
    const target = ['--cli', endpoint, '--transport', 'http', '--header', `Authorization: Bearer ${token}`];
    const { code, stdout, stderr } = await run(PROGRAM, [...target, ...flags], { env: { ...process.env, HOME: home } });
    if (stdout === '') throw new Error(`the Inspector ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }
  return {
    listTools: async (era: 'legacy' | 'modern') => {
      const { tools } = (await inspect('--method', 'tools/list', '--protocol-era', era)) as { tools: InspectedTool[] };
      return tools;
    },
    callTool: async (name: string, input: object) => {
      const flags = ['--method', 'tools/call', '--tool-name', name, '--tool-args-json', JSON.stringify(input)];
      return (await inspect(...flags)) as InspectedResult;
    },
  };
}
