// What a command does that calls a server: `node access-token.ts ORIGIN RESOURCE` prints the token.
import { accessToken } from '../access-token.ts';

const [origin = '', resource = ''] = process.argv.slice(2);
process.stdout.write(await accessToken(origin, { resource }));
