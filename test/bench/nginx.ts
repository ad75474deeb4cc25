import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answers, end, startPinned } from './pinned.ts';
import type { Target } from './target.ts';

/** nginx as a plain proxy of the backend: one worker, kept connections, no log. The pace that the gateway is compared with. */
export async function startNginx(
  core: number,
  port: number,
  backendPort: number,
  { folder, headers }: { readonly folder: string; readonly headers: Target['headers'] },
): Promise<Target> {
  const config = join(folder, 'nginx.conf');
  await writeFile(config, configuration(port, backendPort, folder));
  const child = startPinned(core, ['nginx', '-e', 'stderr', '-p', folder, '-c', config]);
  const url = `http://127.0.0.1:${port}/mcp`;
  await answers(url);
  return { name: 'nginx', url, headers, pid: child.pid ?? 0, stop: () => end(child) };
}

/** Without a master process the worker is the process that we started, so its figures are easy to read. */
const configuration = (port: number, backendPort: number, folder: string): string => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 1024; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n  ')}
  keepalive_requests 100000000;
  upstream backend {
    server 127.0.0.1:${backendPort};
    keepalive 64;
    keepalive_requests 100000000;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://backend;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`;
