import { collectBytes } from '../../../core/byte-collector.ts';

/** Bytes of an answer: an image of 4096×4096 pixels in base64 has 20 MB; texts are far smaller. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * `fetch` towards one provider. Keys are in its headers, so it speaks with the origin of `base` and with nobody else:
 * redirects come back as they are (`fetch` would take `x-subscription-token` along to another host), and a client library that asks
 * elsewhere is refused. The whole body is here, and is bounded, before it answers.
 */
export function providerFetch(base: URL): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== base.origin) throw new TypeError('a provider is asked at its own origin only');
    const response = await fetch(url, { ...init, redirect: 'manual' });
    const collected = collectBytes(MAX_BYTES);
    for await (const chunk of response.body ?? []) {
      if (!collected.add(chunk)) throw new TypeError(`the answer is larger than ${MAX_BYTES} bytes`);
    }
    const { status, headers } = response;
    const bytes = collected.bytes();
    return new Response(bytes.length === 0 ? null : new Uint8Array(bytes), { status, headers });
  };
}
