// As most programs do, it says where it listens.
process.env['PORT'] = String(Number(process.env['PORT']) + 1);
await import('./plain.ts');
process.stdout.write(`listening on http://0.0.0.0:${process.env['PORT']}/mcp\n`);
