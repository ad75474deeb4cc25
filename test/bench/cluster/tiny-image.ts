import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildImage } from '../../support/cluster/build-image.ts';

export const TINY_IMAGE = 'mooring.test/tiny-server:bench';

const SOURCE = join(import.meta.dirname, 'tiny-server');

/** Compiles the tiny server and makes an image of it alone. Needs Go, and what `npm run image` needs. */
export async function buildTinyImage(): Promise<void> {
  const context = await mkdtemp(join(tmpdir(), 'mooring-image-'));
  try {
    await cp(join(SOURCE, 'Dockerfile'), join(context, 'Dockerfile'));
    const args = ['build', '-trimpath', '-ldflags', '-s -w', '-o', join(context, 'server'), join(SOURCE, 'main.go')];
    const env = { ...process.env, CGO_ENABLED: '0', GOOS: 'linux', GOWORK: 'off' };
    execFileSync('go', args, { cwd: context, env, stdio: ['ignore', 'inherit', 'inherit'] });
    buildImage(TINY_IMAGE, context);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}
