import { join } from 'node:path';

const SERVERS = join(import.meta.dirname, 'servers');

/** A manifest that runs one of the small servers of test/support/servers. */
export function manifest(name: string, { script, spec = '' }: { script: string; spec?: string }): string {
  return `apiVersion: mooring.dev/v1alpha1
kind: McpServer
metadata:
  name: ${name}
spec:
  binary: node
  args: ['${join(SERVERS, script)}']
  displayInWeb: true
${spec
  .split('\n')
  .map((line) => `  ${line}`)
  .join('\n')}
`;
}
