import { Readable } from 'node:stream';
import { createInflate } from 'node:zlib';
import { ToolFailure } from '../../kit/index.ts';
import { pictureHeader, type PictureHeader } from './picture-header.ts';

/** The largest picture that OpenAI's models make: decoded it takes 32 MiB. */
const MAX_PIXELS = 3840 * 2160;
/** A progressive JPEG has some ten scans, and each may be an order to go through all pixels once more. */
const MAX_SCANS = 100;
const START_OF_SCAN = Buffer.from([0xff, 0xda]);

/** Looks at a picture of somebody else before anything decodes it. A ToolFailure for what is none, and for what would keep us busy. */
export async function checkPicture(bytes: Buffer): Promise<PictureHeader> {
  const header = pictureHeader(bytes);
  if (!header) throw new ToolFailure('The picture of the provider is neither PNG nor JPEG.');
  const { width, height, mimeType } = header;
  // A small file can say that it has 65,535×65,535 pixels: 16 GiB.
  if (width * height > MAX_PIXELS)
    throw new ToolFailure(`The picture of the provider has ${width}×${height} pixels, more than ${MAX_PIXELS} in all.`);
  const isBomb = mimeType === 'image/png' ? await inflatesTooFar(bytes, header) : scansOf(bytes) > MAX_SCANS;
  if (isBomb) throw new ToolFailure('The picture of the provider holds more data than it has pixels for.');
  return header;
}

/** Whether the data of a PNG has more bytes than its pixels: 8 for each at most, and a filter for each line of each of 7 passes (PNG sections 8 and 9). */
async function inflatesTooFar(bytes: Buffer, { width, height }: PictureHeader): Promise<boolean> {
  const most = (8 * width + 7) * height;
  let size = 0;
  try {
    for await (const piece of Readable.from(imageData(bytes)).pipe(createInflate()) as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > most) return true;
    }
  } catch {
    // No data of a PNG: the renderer will show nothing.
  }
  return false;
}

/** The chunks `IDAT`: each has its length before and a check sum behind it (PNG section 5.3). */
function* imageData(bytes: Buffer): Generator<Buffer> {
  for (let at = 8; at + 8 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') yield bytes.subarray(at + 8, at + 8 + length);
    at += 12 + length;
  }
}

/** In the data itself 0xFF is always followed by 0 (ITU-T T.81, F.1.2.3). */
function scansOf(bytes: Buffer): number {
  let scans = 0;
  for (let at = bytes.indexOf(START_OF_SCAN); at >= 0; at = bytes.indexOf(START_OF_SCAN, at + 2)) scans += 1;
  return scans;
}
