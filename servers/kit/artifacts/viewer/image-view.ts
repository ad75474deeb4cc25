import type { Artifact } from '../artifact.ts';
import { element } from './element.ts';

export const imageView = ({ mimeType, data, alt }: Extract<Artifact, { type: 'image' }>): HTMLElement =>
  element('img', { src: `data:${mimeType};base64,${data}`, alt });
