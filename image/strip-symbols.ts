// `node strip-symbols.ts FILE…`: cuts symbol tables and debug sections off 64-bit ELF programs, as `sstrip` does: the base image
// of Node has no binutils, and to fetch them would need a Debian mirror. What a program runs from lies in its segments alone;
// behind the last of them is only what debuggers and linkers read (18 MB of node's 127).
import { openSync, closeSync, readSync, writeSync, ftruncateSync } from 'node:fs';

/** ELF-64 object file format, file header and program header; all our platforms are little-endian. */
const HEADER_BYTES = 64;
const MAGIC = 0x7f454c46;

for (const path of process.argv.slice(2)) {
  const file = openSync(path, 'r+');
  const header = read(file, 0, HEADER_BYTES);
  if (header.readUInt32BE(0) !== MAGIC || header[4] !== 2 || header[5] !== 1) {
    throw new Error(`${path} is no little-endian 64-bit ELF program.`);
  }
  const [offset, size, count] = [Number(header.readBigUInt64LE(32)), header.readUInt16LE(54), header.readUInt16LE(56)];
  const ends = Array.from({ length: count }, (_, index) => {
    const segment = read(file, offset + index * size, size);
    return Number(segment.readBigUInt64LE(8) + segment.readBigUInt64LE(32));
  });
  // There is no table of sections any more: e_shoff, e_shnum, e_shstrndx.
  header.writeBigUInt64LE(0n, 40);
  header.writeUInt32LE(0, 60);
  writeSync(file, header, 0, HEADER_BYTES, 0);
  ftruncateSync(file, Math.max(...ends));
  closeSync(file);
}

function read(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  readSync(file, buffer, 0, length, position);
  return buffer;
}
