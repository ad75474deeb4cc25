const alive = setInterval(() => {}, 60_000);
process.once('SIGTERM', () => clearInterval(alive));
