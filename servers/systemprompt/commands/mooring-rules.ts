import type { CommandRule, CommandRules, FlagRule } from './rule.ts';
import {
  ARGUMENT,
  DURATION,
  JSON_OBJECT,
  LINES,
  NAMESPACE,
  oneOf,
  SCOPES,
  SECONDS,
  SERVER,
  TOOL,
} from './value-kinds.ts';

/** Where this systemprompt runs. */
export type Place = 'laptop' | 'cluster';

const format: Record<string, FlagRule> = {
  '--output': { short: '-o', value: oneOf('json', 'yaml', 'wide', 'name') },
};
const wholeResult: Record<string, FlagRule> = { '--output': { short: '-o', value: oneOf('json', 'yaml') } };
const scope: Record<string, FlagRule> = { '--scope': { value: SCOPES } };

/** At most so many servers in a command. */
const MANY = 50;
const servers = (least: number): CommandRule['operands'] => ({
  kinds: Array.from({ length: MANY }, () => SERVER),
  least,
});
const one = { kinds: [SERVER], least: 1 };

/** The word that stands for the folder of the configuration: no path ever comes from a caller. */
export const FOLDER = 'folder';

/**
 * The whole of what callers may do with the command line. Flags that name files, contexts, homes, sockets or gateways are not in it, nor is what never ends
 * (`logs --follow`) or asks somebody.
 */
const rulesFor = (place: Place): CommandRules => ({
  list: { scopes: ['user'], flags: format, operands: { kinds: [], least: 0 } },
  status: { scopes: ['user'], flags: format, operands: servers(0) },
  show: { scopes: ['user'], flags: format, operands: one },
  tools: { scopes: ['user'], flags: { ...format, ...scope }, operands: { kinds: [SERVER, TOOL], least: 1 } },
  logs: {
    scopes: ['user'],
    flags: { '--since': { value: DURATION }, '--tail': { value: LINES }, '--timestamps': {} },
    operands: one,
  },
  doctor: { scopes: ['user'], flags: { ...format, '--tool': { value: TOOL } }, operands: servers(0) },
  validate: { scopes: ['user'], flags: format, operands: one },
  call: {
    scopes: ['user'],
    flags: {
      ...wholeResult,
      ...scope,
      '--arg': { short: '-a', value: ARGUMENT, repeatable: true },
      '--json': { value: JSON_OBJECT },
      '--timeout': { value: SECONDS },
    },
    operands: { kinds: [SERVER, TOOL], least: 2 },
  },
  enable: { scopes: ['admin'], flags: format, operands: one },
  disable: { scopes: ['admin'], flags: format, operands: one },
  sync: {
    scopes: ['admin'],
    flags: {
      ...format,
      '--from': { value: endOf(place) },
      '--to': { value: endOf(place) },
      '--prune': {},
      '--force': {},
      '--dry-run': {},
      '--yes': { short: '-y' },
    },
    operands: servers(0),
    // Nobody is there to be asked.
    oneOf: ['--yes', '--dry-run'],
  },
});

const endOf = (place: Place) => oneOf(FOLDER, place === 'laptop' ? 'local' : 'cluster');

const ofCluster: Record<string, FlagRule> = {
  '--namespace': { short: '-n', value: NAMESPACE },
  '--all-namespaces': { short: '-A' },
};

/** A laptop has no namespaces to choose: there the flags of a cluster would choose another place. */
export function mooringRules(place: Place): CommandRules {
  const rules = rulesFor(place);
  if (place === 'laptop') return rules;
  const withFlags = ([name, rule]: [string, CommandRule]) => [
    name,
    { ...rule, flags: { ...rule.flags, ...ofCluster } },
  ];
  return Object.fromEntries(Object.entries(rules).map(withFlags)) as CommandRules;
}
