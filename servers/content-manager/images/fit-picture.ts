import { ToolFailure } from '../../kit/index.ts';
import { HEIGHT, WIDTH } from './background.ts';
import { checkPicture } from './check-picture.ts';
import { renderSvg } from './render-svg.ts';

/** A picture of somebody else, cut to the frame: SVG elements. A `ToolFailure` for what cannot be shown, or is too large to be decoded. */
export async function fitPicture(bytes: Buffer<ArrayBuffer>): Promise<string> {
  const { mimeType } = await checkPicture(bytes);
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
