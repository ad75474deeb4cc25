import type { KnipConfig } from 'knip';

/** In production mode tests do not count as users. */
const isProduction = process.argv.includes('--production');

export default {
  entry: [
    'cli/main.ts!',
    'servers/kit/index.ts!',
    // Threads: named by a URL, because their ending differs in the package.
    'servers/content-manager/**/{worker,review-worker}.ts!',
    'image/*.ts',
    '{crds,core,cli}/generate.ts!',
    'servers/kit/artifacts/viewer/{main,testing/host-page}.ts',
    'charts/generate*.ts',
    'test/{mutations,bench}/*.ts',
    'test/e2e-cluster/{setup,build-images}.ts',
    'test/e2e-cluster/**/*.test.ts',
    'test/e2e-cluster/{servers,toolbox}/main.ts',
    'test/e2e-cluster/built/*.ts',
    'test/support/servers/*.ts',
    'test/support/tell-packages.ts',
    'cli/new/templates/**/*.ts',
    'test/support/kill-at{,-query}.ts',
    '{crds,core,operator,gateway,servers,cli}/**/testdata/**/*.ts',
  ],
  vitest: { config: ['vitest.config.ts', 'test/e2e-cluster/vitest.config.ts'] },
  project: [
    '{crds,core,operator,gateway,servers,cli}/**/*.ts!',
    '!**/*.test.ts!',
    '!**/{testing,testdata,templates}/**!',
    '!servers/generate.ts!',
    '!servers/kit/artifacts/viewer/**!',
    '{charts,image,test}/**/*.ts',
  ],
  // Its program is what tests start.
  ignoreDependencies: isProduction ? [] : ['@modelcontextprotocol/inspector'],
  ignoreBinaries: ['go', 'script', 'mkfifo', 'apt-get', 'taskset', 'nginx'],
  // What its own file uses may be exported for a test; types may be exported because a signature shows them.
  ignoreExportsUsedInFile: isProduction ? true : { interface: true, type: true },
  treatConfigHintsAsErrors: !isProduction,
} satisfies KnipConfig;
