import { createServer } from 'node:http';

createServer((_, response) => response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()).listen(
  Number(process.env['PORT']),
  process.env['HOST'],
);
process.once('SIGTERM', () => process.exit(0));
