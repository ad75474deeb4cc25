import type { Check } from '../check.ts';
import { gatewayAnswer } from '../facts/gateway-answer.ts';
import { endpointOf } from '../facts/public-urls.ts';
import { notAGateway, unreachable, notRouted, otherOrigin } from '../route-break.ts';

/** The public URL leads to a gateway that knows the server. */
export const route: Check = async (subject, signal) => {
  const { place, server } = subject;
  if (endpointOf(server) === '') return undefined;
  const elsewhere = place.kind === 'gateway' ? otherOrigin(subject) : undefined;
  if (elsewhere) return elsewhere;
  const knocked = await subject.resourceMetadata(signal);
  if (knocked.kind === 'silence') return unreachable(subject, knocked, signal);
  const answer = gatewayAnswer(knocked);
  switch (answer) {
    case 'metadata':
      return { detail: endpointOf(server) };
    case 'unknown server':
      return notRouted(subject, knocked);
    case 'other host':
    case 'something else':
    case 'redirect':
    case 'proxy without gateway':
      return notAGateway(subject, knocked, answer, signal);
    default:
      return answer satisfies never;
  }
};
