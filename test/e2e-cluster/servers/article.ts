// A web page for research: the same article at every path, and nothing that robots may not read.
import { createServer } from 'node:http';
import { articlePage } from '../../../servers/content-manager/testing/pages.ts';

const { PORT } = process.env;
createServer((request, response) => {
  const isRobots = request.url === '/robots.txt';
  response.writeHead(isRobots ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
  response.end(isRobots ? '' : articlePage('Tides', 'tides', 't'));
}).listen(Number(PORT));
