/** What the first bytes of a picture say, before anything is decoded. */
export interface PictureHeader {
  readonly mimeType: 'image/png' | 'image/jpeg';
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** Undefined for what is neither PNG nor JPEG: the renderer decodes no WebP. */
export function pictureHeader(bytes: Buffer): PictureHeader | undefined {
  try {
    return pngHeader(bytes) ?? jpegHeader(bytes);
  } catch (error) {
    // It ends within a number.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** IHDR comes first (PNG section 5.6), with the size (11.2.1). */
function pngHeader(bytes: Buffer): PictureHeader | undefined {
  if (!bytes.subarray(0, 8).equals(PNG_SIGNATURE) || bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  return { mimeType: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** Segments up to the frame header, which has the size (ITU-T T.81, B.1.1.3 and B.2.2). */
function jpegHeader(bytes: Buffer): PictureHeader | undefined {
  if (bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  let at = 2;
  while (bytes.readUInt8(at) === 0xff) {
    const marker = bytes.readUInt8(at + 1);
    if (isFrameHeader(marker))
      return { mimeType: 'image/jpeg', width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    // Any number of bytes 0xFF may stand before a marker.
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

/** SOF0 to SOF15 without the tables that lie between: DHT, JPG, DAC. */
const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
