import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFolder } from '../package-folder.ts';

export type Language = 'typescript' | 'python';

interface TemplateFile {
  /** In the folder of the template. */
  readonly from: string;
  /** In the new folder. */
  readonly to: string;
  readonly mode: number;
}

const file = (from: string, to = from): TemplateFile => ({ from, to, mode: 0o644 });
const program = (from: string): TemplateFile => ({ from, to: from, mode: 0o755 });

/** Names that npm, git or tools of this repository would act upon stand without their dot. */
const COMMON = [
  file('README.md'),
  file('Dockerfile'),
  file('dockerignore', '.dockerignore'),
  file('gitignore', '.gitignore'),
  file('manifest.yaml', 'SERVER_NAME.yaml'),
];

const FILES: Readonly<Record<Language, readonly TemplateFile[]>> = {
  typescript: [
    ...COMMON,
    program('main.ts'),
    file('server.ts'),
    file('server.test.ts'),
    file('gateway-for-tests.ts'),
    file('package.json'),
    file('tsconfig.template.json', 'tsconfig.json'),
  ],
  python: [
    ...COMMON,
    program('start'),
    file('main.py'),
    file('server.py'),
    file('identity.py'),
    file('test_server.py'),
    file('requirements.txt'),
    file('requirements-dev.txt'),
  ],
};

/** What stands in a template for what only the new server knows: words, so that templates are valid in their own language. */
export interface Words {
  readonly SERVER_NAME: string;
  readonly SERVER_IMAGE: string;
  readonly MOORING_TARBALL: string;
  /** `VERSION_OF zod`. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Writes every file of a template into a folder that is there. Answers their names. */
export async function writeTemplate(language: Language, folder: string, words: Words): Promise<readonly string[]> {
  const templates = join(packageFolder(), 'cli', 'new', 'templates', language);
  const names: string[] = [];
  for (const { from, to, mode } of FILES[language]) {
    const name = filledIn(to, words);
    const text = filledIn(await readFile(join(templates, from), 'utf8'), words);
    await writeFile(join(folder, name), text, { mode });
    names.push(name);
  }
  return names;
}

const filledIn = (text: string, { versions, ...words }: Words): string =>
  text
    .replaceAll(/\b(SERVER_NAME|SERVER_IMAGE|MOORING_TARBALL)\b/g, (_, word: keyof typeof words) => words[word])
    .replaceAll(/VERSION_OF ([@\w/-]+)/g, (_, name: string) => {
      const version = versions[name];
      if (version === undefined) throw new Error(`a template names ${name}, which Mooring does not depend on`);
      return version;
    });
