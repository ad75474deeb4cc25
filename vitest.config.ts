import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/support/postgres-setup.ts', 'test/support/api-server-setup.ts'],
    include: ['{crds,core,operator,gateway,servers,cli,test}/**/*.test.ts'],
    // `npm run test:e2e`; what `mooring new` writes has tests of its own, which test/e2e/new-server.test.ts runs.
    exclude: [...configDefaults.exclude, 'test/e2e-cluster/**', 'cli/new/templates/**'],
    // Ends what hangs, on a slow and busy machine too; how fast something has to be, its test says.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Vitest keeps one core free; our tests wait more than they compute.
    maxWorkers: '100%',
  },
});
