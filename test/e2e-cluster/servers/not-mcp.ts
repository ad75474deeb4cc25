import { createServer } from 'node:http';

const PAGE = '<!doctype html><title>Welcome</title><h1>It works!</h1>';

createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE)).listen(
  Number(process.env['PORT']),
  process.env['HOST'],
);
process.once('SIGTERM', () => process.exit(0));
