import { ToolFailure } from '../../kit/index.ts';
import { HEIGHT, WIDTH } from './background.ts';
import { pictureHeader } from './picture-header.ts';
import { renderSvg } from './render-svg.ts';

/** Pixels of a picture that is decoded, as 4 bytes each: 4096×4096 take 64 MiB for a moment. */
const MAX_PIXELS = 4096 * 4096;

/** A picture of somebody else, cut to the frame: SVG elements. A `ToolFailure` for what cannot be shown, or is too large to be decoded. */
export async function fitPicture(bytes: Buffer<ArrayBuffer>): Promise<string> {
  const header = pictureHeader(bytes);
  if (!header) throw new ToolFailure('The picture of the provider is neither PNG nor JPEG.');
  const { mimeType, width, height } = header;
  // A small file can say that it has 65,535×65,535 pixels: 16 GiB.
  if (width * height > MAX_PIXELS)
    throw new ToolFailure(`The picture of the provider has ${width}×${height} pixels, more than ${MAX_PIXELS} in all.`);
  const rendered = await renderSvg(imageElement(mimeType, bytes));
  // The renderer leaves out what it cannot decode.
  if (rendered.pixels.every((value) => value === 0))
    throw new ToolFailure('The picture of the provider cannot be read, or shows nothing.');
  return BLACK + imageElement('image/png', rendered.asPng());
}

/** Behind what is transparent. */
const BLACK = `<rect width="${WIDTH}" height="${HEIGHT}"/>`;

/** Fills the frame; what sticks out on two sides is cut off. */
const imageElement = (mimeType: string, bytes: Buffer): string =>
  `<image width="${WIDTH}" height="${HEIGHT}" preserveAspectRatio="xMidYMid slice" href="data:${mimeType};base64,${bytes.toString('base64')}"/>`;
