import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { splitYaml } from '../../crds/split-yaml.ts';

/** Somebody who edits manifests in a folder by hand: the port of servers that are switched off, in files of several documents, with comments. */
export interface ManifestPerson {
  /** Port by `namespace/name`. */
  look(): Promise<ReadonlyMap<string, number>>;
  /** undefined: deletes it. */
  put(key: string, port: number | undefined): Promise<void>;
  /** The comments that this person wrote on servers that are still there. */
  comments(): Promise<readonly string[]>;
  /** All that is in the files. */
  text(): Promise<string>;
}

export function manifestPerson(folder: string): ManifestPerson {
  const written = new Map<string, string[]>();
  let count = 0;

  const files = async (): Promise<string[]> =>
    (await readdir(folder)).filter((name) => /^[^.].*\.yaml$/.test(name)).map((name) => join(folder, name));
  const pieces = async () =>
    (
      await Promise.all(
        (await files()).map(async (file) => splitYaml(await readFile(file, 'utf8')).map((piece) => ({ file, piece }))),
      )
    ).flat();
  const remember = (key: string): string => {
    const comment = `# note ${(count += 1)} on ${key}`;
    written.set(key, [...(written.get(key) ?? []), comment]);
    return comment;
  };

  async function replace(file: string, old: string, piece: string): Promise<void> {
    const text = splitYaml(await readFile(file, 'utf8'))
      .map((each) => (each === old ? piece : each))
      .join('');
    await (text.trim() === '' ? rm(file) : writeFile(file, text));
  }

  return {
    async look() {
      const found = (await pieces()).flatMap(({ piece }) => portOf(piece));
      return new Map(found);
    },
    async put(key, port) {
      const [namespace = '', name = ''] = key.split('/');
      const mine = (await pieces()).find(({ piece }) => portOf(piece)[0]?.[0] === key);
      if (port === undefined) {
        written.delete(key);
        if (mine) await replace(mine.file, mine.piece, '');
      } else if (mine) {
        await replace(
          mine.file,
          mine.piece,
          mine.piece.replace(/^( *)port: *\d+/m, `$1${remember(key)}\n$1port: ${port}`),
        );
      } else {
        const file = join(folder, 'all.yaml');
        const before = await readFile(file, 'utf8').catch(() => '# everything\n');
        await writeFile(
          file,
          `${before}---\n${remember(key)}\napiVersion: mooring.dev/v1alpha1\nkind: McpServer\nmetadata: {name: ${name}, namespace: ${namespace}} # here\nspec:\n  binary:   "not-started"\n  port: ${port}\n  enabled: false\n`,
        );
      }
    },
    async comments() {
      const there = await this.look();
      for (const key of written.keys()) if (!there.has(key)) written.delete(key);
      return [...written.values()].flat();
    },
    text: async () => (await pieces()).map(({ piece }) => piece).join(''),
  };
}

function portOf(piece: string): [string, number][] {
  const [, port] = /^ *port: *(\d+)/m.exec(piece) ?? [];
  const [, name] = /name: *([a-z]+)/.exec(piece) ?? [];
  const [, namespace] = /namespace: *([-a-z0-9]+)/.exec(piece) ?? [];
  return port === undefined ? [] : [[`${namespace}/${name}`, Number(port)]];
}
