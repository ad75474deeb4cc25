import { defineConfig } from 'vitest/config';

/** `npm run test:e2e`: what needs a whole cluster. Everybody shares one installation, so what disturbs it comes after what does not. */
export default defineConfig({
  test: {
    globalSetup: ['test/e2e-cluster/setup.ts'],
    // Installing and removing are part of it.
    teardownTimeout: 120_000,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // In this order. Vitest would put files of order 0 that run one at a time at the end.
    projects: [
      {
        extends: true,
        test: { name: 'first', include: ['test/e2e-cluster/first/*.test.ts'], sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: {
          name: 'peace',
          include: ['test/e2e-cluster/peace/*.test.ts'],
          // One waits for three minutes; two others at a time start as many servers as two cores bear.
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/e2e-cluster/faults/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: { name: 'release', include: ['test/e2e-cluster/release/*.test.ts'], sequence: { groupOrder: 4 } },
      },
    ],
  },
});
