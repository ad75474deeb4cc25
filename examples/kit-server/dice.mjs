#!/usr/bin/env node
// A server on mooring/kit: one tool, whose result is a chart that clients show. Install `mooring` beside this file.
import { randomInt } from 'node:crypto';
import { createServer, defineArtifactTool, z } from 'mooring/kit';

const rollDice = defineArtifactTool({
  name: 'roll_dice',
  title: 'Roll dice',
  description: 'Rolls dice many times and shows how often each sum came.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  scopes: ['user'],
  types: ['chart'],
  input: z.strictObject({
    dice: z.int().min(1).max(10).default(2).describe('Dice that are rolled at a time.'),
    times: z.int().min(1).max(10_000).default(1000),
  }),
  handler: async ({ dice, times }, { progress }) => {
    const counts = new Map(Array.from({ length: dice * 5 + 1 }, (_, index) => [dice + index, 0]));
    for (let time = 1; time <= times; time += 1) {
      const sum = Array.from({ length: dice }, () => randomInt(1, 7)).reduce((total, eyes) => total + eyes, 0);
      counts.set(sum, (counts.get(sum) ?? 0) + 1);
      progress({ progress: time, total: times });
    }
    return {
      artifact: {
        type: 'chart',
        title: `${times} rolls of ${dice} dice`,
        kind: 'bar',
        labels: [...counts.keys()].map(String),
        series: [{ name: 'rolls', values: [...counts.values()] }],
      },
    };
  },
});

await createServer({ name: 'dice', title: 'Dice', version: '1.0.0', tools: [rollDice], services: {} });
