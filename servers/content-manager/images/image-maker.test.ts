import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PNG } from 'pngjs';
import type { ConnectedClient, ToolResult } from '../../../test/support/eras.ts';
import { runContentManager, type RunningContentManager } from '../testing/content-manager.ts';
import { fakeProvider, type FakeProvider, type ProviderAnswer } from '../testing/fake-provider.ts';
import { colorAt } from '../testing/pixels.ts';
import { pngOf } from '../testing/sample-pictures.ts';
import { imageMaker } from './image-maker.ts';
import { imageSettings } from './image-settings.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');
vi.setConfig({ testTimeout: 60_000 });

const KEY = 'sk-never-shown';
const PATH = '/v1/images/generations';
const BLUE = pngOf(64, 64, () => [10, 20, 200]);
/** As in the reference of the Images API. */
const says = (data: object): ProviderAnswer => ({ body: { created: 1, data: [data] } });
const blue = (): ProviderAnswer => says({ b64_json: BLUE.toString('base64') });
const envOf = (origin: string, env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  MOORING_CONTENT_IMAGE_PROVIDER: 'openai',
  MOORING_CONTENT_IMAGE_URL: `${origin}/v1`,
  MOORING_CONTENT_IMAGE_KEY: KEY,
  MOORING_CONTENT_IMAGE_MODEL: 'some-model',
  ...env,
});
const make = async (env: NodeJS.ProcessEnv, signal = new AbortController().signal) =>
  imageMaker(imageSettings(env))?.('A harbour.', signal);

describe('a provider', () => {
  test.each([
    ['some-model', { response_format: 'b64_json', size: '1536x1024' }],
    // Theirs refuse the parameter, and send bytes anyway.
    ['gpt-image-1', { size: '1536x1024' }],
  ])('is asked for bytes of a picture: %s', async (model, asked) => {
    await using provider = await fakeProvider(PATH, blue);
    await make(envOf(provider.origin, { MOORING_CONTENT_IMAGE_MODEL: model }));
    expect(provider.calls.map(({ body }) => body)).toEqual([{ model, prompt: 'A harbour.', n: 1, ...asked }]);
    expect(provider.calls[0]?.headers['authorization']).toBe(`Bearer ${KEY}`);
  });

  test('that names an address instead of sending bytes has nothing fetched from there', async () => {
    await using elsewhere = await fakeProvider('/picture.png', () => ({}));
    await using provider = await fakeProvider(PATH, () => says({ url: `${elsewhere.origin}/picture.png` }));
    await expect(make(envOf(provider.origin))).rejects.toThrow(/without the bytes.*source generated/);
    expect(elsewhere.calls).toEqual([]);
  });

  test('that redirects gets no key where it leads', async () => {
    await using elsewhere = await fakeProvider(PATH, blue);
    const location = elsewhere.origin + PATH;
    await using provider = await fakeProvider(PATH, () => ({ status: 307, headers: { location } }));
    await expect(make(envOf(provider.origin))).rejects.toThrow(/HTTP status 307/);
    expect(elsewhere.calls).toEqual([]);
  });

  test.each([
    [{ status: 401, body: { error: { message: `wrong ${KEY}` } } }, /refuses the key.*source generated/],
    [{ status: 400, body: { error: { message: KEY, code: 'moderation_blocked' } } }, /describe another picture/],
    [{ status: 400, body: { error: { message: KEY, code: 'invalid_size' } } }, /HTTP status 400.*check its settings/],
    [says({ b64_json: Buffer.from(`<svg>${KEY}`).toString('base64') }), /neither PNG nor JPEG/],
    [{ body: { created: 1 } }, /without the bytes/],
    [{ body: 'x' }, /without the bytes|could not be read/],
  ])('that fails is told without its words: %#', async (answer, message) => {
    await using provider = await fakeProvider(PATH, () => answer);
    const error = await make(envOf(provider.origin)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'ToolFailure', message: expect.stringMatching(message) });
    expect(String(error)).not.toContain(KEY);
  });

  test('that does not answer is left after the time, and at once where the call is cancelled', async () => {
    await using provider = await fakeProvider(PATH, () => undefined);
    const env = envOf(provider.origin, { MOORING_CONTENT_IMAGE_TIMEOUT: '1' });
    await expect(make(env)).rejects.toThrow(/did not answer within 1 s/);
    await expect(make(env, AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
  });
});

test.each([
  [{ MOORING_CONTENT_IMAGE_PROVIDER: 'dream' }, /_PROVIDER must be one of openai/],
  [{ MOORING_CONTENT_IMAGE_MODEL: '' }, /_MODEL must name the model/],
  [{ MOORING_CONTENT_IMAGE_SIZE: 'large' }, /_SIZE must be like 1536x1024/],
  [{ MOORING_CONTENT_IMAGE_URL: 'http://models.inner/' }, /_URL must begin with https:/],
])('wrong settings are named: %o', (env, message) => {
  const read = () => imageSettings(envOf('https://api.example', env));
  expect(read).toThrow(message);
  expect(read).not.toThrow(KEY);
});

describe('with a provider, generate_featured_image', () => {
  let provider: FakeProvider;
  let answer: () => ProviderAnswer;
  let manager: RunningContentManager;
  let ada: ConnectedClient;
  beforeAll(async () => {
    provider = await fakeProvider(PATH, () => answer());
    manager = await runContentManager(envOf(provider.origin));
    ada = await manager.connect('ada');
  });
  afterAll(async () => {
    await ada?.[Symbol.asyncDispose]();
    await manager?.[Symbol.asyncDispose]();
    await provider?.[Symbol.asyncDispose]();
  });
  const imageOf = ({ structuredContent }: ToolResult): PNG =>
    PNG.sync.read(Buffer.from((structuredContent as { artifact: { data: string } }).artifact.data, 'base64'));
  const call = async (input: object) => ada.call('generate_featured_image', { title: 'Harbours', ...input });
  const textOf = ({ content }: ToolResult) => content[0]?.text;

  test('shows its picture with the title on a panel, or without', async () => {
    answer = blue;
    const titled = await call({ prompt: 'A harbour at night.' });
    expect(titled.structuredContent).toMatchObject({
      source: 'provider',
      shownTitle: 'Harbours',
      alt: 'Cover with the title “Harbours” on A harbour at night.',
    });
    expect(provider.calls.at(-1)?.body).toMatchObject({ prompt: 'A harbour at night.' });
    const image = imageOf(titled);
    expect([image.width, image.height, colorAt(image, 5, 5)]).toEqual([1200, 630, [10, 20, 200]]);
    const colors = new Set<string>();
    for (let x = 0; x < 1200; x++) for (let y = 420; y < 560; y++) colors.add(colorAt(image, x, y).join());
    expect([colors.has('255,255,255'), colors.has('4,7,70')]).toEqual([true, true]);

    const plain = await call({ coverTitle: '' });
    expect(plain.structuredContent).toMatchObject({ shownTitle: '' });
    for (const [x, y] of [
      [600, 500],
      [300, 480],
    ] as const)
      expect(colorAt(imageOf(plain), x, y)).toEqual([10, 20, 200]);
    expect(provider.calls.at(-1)?.body).toMatchObject({ prompt: expect.stringContaining('title: Harbours.') });
  });

  test('is not silently another picture where it fails; generated covers are made without it', async () => {
    answer = () => ({ status: 400 });
    await ada.call('create_blog_post', { title: 'Kept', body: 'Text.' });
    const failed = await call({ slug: 'kept' });
    expect([failed.isError, textOf(failed)]).toEqual([
      true,
      expect.stringMatching(/openai did not take.*source generated/),
    ]);
    const asked = provider.calls.length;
    const made = await call({ slug: 'kept', source: 'generated', palette: 'ocean' });
    expect(made.structuredContent).toMatchObject({ source: 'generated', seed: 'Harbours', post: expect.any(String) });
    expect(textOf(await call({ slug: 'none' }))).toContain('There is no post "none"');
    expect(textOf(await call({ palette: 'ocean', seed: 's' }))).toContain('palette, seed needs source generated');
    expect(textOf(await call({ source: 'generated', prompt: 'x' }))).toContain('prompt needs source provider');
    expect(provider.calls.length).toBe(asked);
  });
});
