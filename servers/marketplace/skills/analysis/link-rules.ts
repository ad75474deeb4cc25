import { posix } from 'node:path';
import { pathProblem } from '../skill-file.ts';
import type { Finding } from './finding.ts';
import type { PieceRule } from './pieces.ts';

/** Targets of Markdown links, and paths of the three folders of the format in code or text. */
const LINK = /\]\(<?([^)\s>]{1,300})[)\s>]/g;
const NAMED = /(?<![\w/.-])((?:scripts|references|assets)\/[\w./-]{1,200}\w)/g;
const ELSEWHERE = /^(?:[a-z][a-z0-9+.-]{0,30}:|#|\/\/)/i;

/** Files that SKILL.md and references name and that are not there, and those that are there and that nothing names. */
export const linkRules: PieceRule = ({ paths }) => {
  if (!paths) return { look: () => [] };
  const there = new Set([...paths, 'SKILL.md']);
  const named = new Set<string>();
  return {
    look({ file, line, text }) {
      if (!file.endsWith('.md')) return [];
      const found: Finding[] = [];
      const links = [...text.matchAll(LINK)]
        .map(([, target = '']) => target)
        .filter((target) => !ELSEWHERE.test(target));
      const targets = links.map((target) => ({ target, path: resolve(file, target) }));
      for (const [, path = ''] of text.matchAll(NAMED)) targets.push({ target: path, path });
      for (const { target, path } of targets) {
        // A link may be meant from the folder of the skill.
        const match = [path, posix.normalize(target)].find((each) => there.has(each));
        if (match !== undefined) named.add(match);
        if (match !== undefined || named.has(path) || isFolder(path, there)) continue;
        named.add(path);
        found.push(missing(file, line, target, path));
      }
      return found;
    },
    atEnd: () =>
      paths
        .filter((path) => !named.has(path) && path.endsWith('.md'))
        .slice(0, 10)
        .map((path) => ({
          rule: 'unused-file',
          severity: 'advice' as const,
          file: path,
          line: 1,
          message: 'SKILL.md does not say when to read this file, so no model will.',
          fix: `Write into SKILL.md: "For …, read [${path}](${path})."`,
        })),
  };
};

const resolve = (file: string, target: string): string =>
  posix.normalize(posix.join(posix.dirname(file), target.replace(/[#?].*$/, '')));

const isFolder = (path: string, there: ReadonlySet<string>): boolean => {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  return path === '.' || path === './' || [...there].some((each) => each.startsWith(prefix));
};

function missing(file: string, line: number, target: string, path: string): Finding {
  const outside = path.startsWith('../') || path.startsWith('/') || path === '..';
  return {
    rule: 'missing-file',
    severity: 'error',
    file,
    line,
    message: outside
      ? `${target} leads out of the skill, which only carries its own files.`
      : `${target} is not among the files of the skill.`,
    fix: outside
      ? `Put the file into the skill, and link to references/${posix.basename(path) || 'file.md'}.`
      : pathProblem(path) === undefined
        ? `Add it with update_skill {"files":[{"path":${JSON.stringify(path)},"text":"…"}]}, or remove the link.`
        : 'Give the file a plain path such as references/guide.md, and link to that.',
  };
}
