import type { Cause } from './cause.ts';
import type { ProbeFailure } from './mcp/probe-failure.ts';
import type { Reach } from './remote/reach.ts';
import { remoteCause } from './remote/remote-cause.ts';

/** A running copy, and where a person reads what it writes. */
interface Asked {
  readonly url: string;
  readonly output: string;
  readonly reach?: Reach;
}

/** Why a copy that runs has not become what was asked for. The words do not tell for how long: they are the same from the first hint to the verdict. */
export function probeCause({ url, output, reach }: Asked, failure: ProbeFailure): Cause {
  if (reach) return remoteCause(url, reach, failure);
  const { host, port, pathname } = new URL(url);
  switch (failure.kind) {
    case 'refused':
      return {
        reason: 'PortNotOpened',
        message:
          `It runs, but nothing listens on ${host}. It must listen on the port in its variable PORT (${port}); ` +
          'a program that takes the port as an argument gets it by $(PORT) in spec.args. ' +
          `Its output is in ${output}.`,
        stalled: true,
      };
    case 'no-answer':
      return {
        reason: 'NoAnswer',
        message:
          `${url} takes connections, but has not answered MCP: ${failure.message}. ` +
          `Read its output in ${output}; where it needs longer to start, raise spec.timeouts.startup.`,
        stalled: true,
      };
    case 'server-error':
      return {
        reason: 'ServerError',
        message: `${url} ${failure.message} and not MCP. Read its output in ${output} for the error.`,
        stalled: true,
      };
    case 'unauthorized':
      return {
        reason: 'Unauthorized',
        message:
          `${url} ${failure.message}: it wants credentials of its own, which Mooring does not have. ` +
          'Switch them off there; Mooring authorizes callers in front of it.',
        stalled: true,
      };
    case 'not-mcp':
      return {
        reason: 'NotMcp',
        message:
          `${url} does not speak MCP over streamable HTTP: ${failure.message}. ` +
          `Set spec.path to the path of its MCP endpoint (now ${pathname}), or start a program that is an MCP server.`,
        stalled: true,
      };
    // Of servers that run elsewhere.
    case 'blocked':
      return { reason: 'NoAnswer', message: `${url} cannot be asked: ${failure.message}.`, stalled: true };
    default:
      return failure.kind satisfies never;
  }
}

/** Why a copy that answered before is not trusted to answer now. */
export const lostCause = ({ url, output, reach }: Asked, failure: ProbeFailure): Cause =>
  reach
    ? remoteCause(url, reach, failure)
    : {
        reason: 'NotAnswering',
        message: `It runs, but ${url} stopped answering MCP: ${failure.message}. It is asked again and again; read its output in ${output} for what it does.`,
      };
