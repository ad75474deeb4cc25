process.env['PORT'] = String(Number(process.env['PORT']) + 1);
await import('./plain.ts');
