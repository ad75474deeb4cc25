#!/usr/bin/env node
// Starts the server. Mooring says by the environment where to listen and whose requests to answer.
import { createServer } from 'mooring/kit';
import { server } from './server.ts';

await createServer(server);
