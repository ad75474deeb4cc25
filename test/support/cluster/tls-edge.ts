import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSignedCertificate } from '../../../gateway/authorization-server/testing/self-signed.ts';
import { inPath, installPackage, isExecutable } from '../debian-package.ts';
import { until } from '../mooring.ts';
import { listens } from './ports-here.ts';

export interface TlsEdge extends AsyncDisposable {
  /** PEM: who trusts it reaches the edge as `https://localhost`. */
  readonly certificate: string;
}

/** nginx as Ingress controllers set it up by default, on a loopback port before another: answers buffered, 60 s of silence, bodies of 1 MB. */
export async function startTlsEdge(port: number, upstreamPort: number): Promise<TlsEdge> {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-edge-'));
  const { cert, key } = selfSignedCertificate();
  await writeFile(join(folder, 'edge.crt'), cert);
  await writeFile(join(folder, 'edge.key'), key, { mode: 0o600 });
  await writeFile(join(folder, 'nginx.conf'), configuration(folder, port, upstreamPort));
  if (!inPath('nginx').some(isExecutable)) installPackage('nginx-light', ADVICE);
  const child = spawn('nginx', ['-e', 'stderr', '-p', folder, '-c', 'nginx.conf'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await until(async () => listens(port), `nginx to listen on port ${port}`, 10_000);
  return {
    certificate: cert,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      if (child.exitCode === null) await once(child, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const ADVICE = 'The cluster tests need nginx in PATH (Debian: apt-get install nginx-light).';

const configuration = (folder: string, port: number, upstreamPort: number): string => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port} ssl http2;
    listen [::1]:${port} ssl http2;
    ssl_certificate ${folder}/edge.crt;
    ssl_certificate_key ${folder}/edge.key;
    client_max_body_size 1m;
    location / {
      proxy_pass http://127.0.0.1:${upstreamPort};
      proxy_http_version 1.1;
      proxy_buffering on;
      proxy_connect_timeout 5s;
      proxy_read_timeout 60s;
      proxy_send_timeout 60s;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Scheme $scheme;
    }
  }
}
`;
