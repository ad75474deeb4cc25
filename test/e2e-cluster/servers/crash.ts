const { LAST_WORDS = 'cannot open the settings' } = process.env;
process.stderr.write(`starting\nFATAL: ${LAST_WORDS}\n`);
process.exit(3);
