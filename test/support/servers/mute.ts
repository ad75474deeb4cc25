// Runs, and never opens a port.
setInterval(() => {}, 60_000);
