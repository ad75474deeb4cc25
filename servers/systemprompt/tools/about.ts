import { defineArtifactTool, z } from '../../kit/index.ts';

export const about = defineArtifactTool({
  name: 'about',
  title: 'About this server',
  description: 'Shows what this server runs on, as a table: version of Node, platform, memory and uptime.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  scopes: ['user'],
  types: ['table'],
  input: z.strictObject({}),
  handler: async () => ({
    artifact: {
      type: 'table',
      title: 'About this server',
      columns: ['What', 'Value'],
      rows: [
        ['Node', process.version],
        ['Platform', `${process.platform} ${process.arch}`],
        ['Memory (MiB)', Math.round(process.memoryUsage.rss() / 1024 / 1024)],
        ['Uptime (s)', Math.round(process.uptime())],
      ],
    },
  }),
});
