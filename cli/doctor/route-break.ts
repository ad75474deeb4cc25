import { printable } from '../../crds/problem.ts';
import { commandFor } from '../places/command-for.ts';
import { gatewayAnswer, type GatewayAnswer } from './facts/gateway-answer.ts';
import { knock, type Knock } from './facts/knock.ts';
import { endpointOf, metadataUrlOf } from './facts/public-urls.ts';
import { broken, type Break } from './link.ts';
import type { Subject } from './subject.ts';

type Silence = Knock & { kind: 'silence' };
type Answered = Knock & { kind: 'answer' };

const originOf = (subject: Subject): string => new URL(endpointOf(subject.server)).origin;

/** Nothing answers at the public URL. Where the gateway answers elsewhere, or is known to run, the URL is what is wrong. */
export async function unreachable(subject: Subject, { why, code }: Silence, signal: AbortSignal): Promise<Break> {
  const origin = originOf(subject);
  if (why === 'not trusted') {
    return broken(
      'CertificateNotTrusted',
      `${origin} shows a certificate that is not trusted here (${code}).`,
      'Renew it, or let it name this host; where your own authority issued it, set NODE_EXTRA_CA_CERTS to its certificate, here and for every client.',
    );
  }
  const seen = SEEN[why](origin, code);
  const gateway = await whereGatewayIs(subject, signal);
  if (why === 'too slow') {
    const also = gateway.runs ? ` The gateway itself runs ${gateway.where}.` : '';
    return broken(
      'Timeout',
      `${seen}${also}`,
      'Look at firewalls, proxies and load balancers between here and the gateway.',
    );
  }
  if (gateway.runs === false)
    return broken('GatewayDown', `${seen} The gateway runs nowhere: ${gateway.where}.`, gateway.fix);
  if (gateway.runs || why === 'unknown host' || why === 'not TLS') {
    const but = gateway.runs ? ` The gateway itself runs ${gateway.where}.` : '';
    return broken('PublicUrlWrong', `publicUrl is ${origin}. ${seen}${but}`, publicUrlFix(subject));
  }
  return broken('ConnectionRefused', seen, `Start the gateway, or what stands before it. ${publicUrlFix(subject)}`);
}

const SEEN: Readonly<Record<Exclude<Silence['why'], 'not trusted'>, (origin: string, code: string) => string>> = {
  'unknown host': (origin, code) => `No address is known for ${new URL(origin).hostname} (${code}).`,
  refused: (origin) => `Nothing listens at ${origin}.`,
  'not TLS': (origin, code) => `What listens at ${origin} does not speak TLS (${code}).`,
  'too slow': (origin) => `${origin} does not answer in time.`,
  broken: (origin, code) => `${origin} breaks the connection off (${code}).`,
};

/** Something answers at the public URL that is no gateway, or one that knows itself by another name. */
export async function notAGateway(
  subject: Subject,
  { status, headers }: Answered,
  answer: Exclude<GatewayAnswer, 'metadata' | 'unknown server'>,
  signal: AbortSignal,
): Promise<Break> {
  const origin = originOf(subject);
  if (answer === 'proxy without gateway') {
    return broken(
      'GatewayDown',
      `What stands at ${origin} answers HTTP ${status}: it does not reach the gateway.`,
      'Look at what stands before the gateway (Ingress, load balancer, proxy): where it sends requests, and whether that runs.',
    );
  }
  const seen = {
    'other host': `A gateway of Mooring answers there that does not know itself by that name (HTTP ${status}).`,
    redirect: `It answers with a redirect to ${printable(headers.get('location') ?? 'nowhere')}, which clients do not follow.`,
    'something else': `Something else answers there (HTTP ${status}), and no gateway of Mooring.`,
  }[answer];
  const gateway = await whereGatewayIs(subject, signal);
  const but = gateway.runs ? ` The gateway itself runs ${gateway.where}.` : '';
  return broken('PublicUrlWrong', `publicUrl is ${origin}. ${seen}${but}`, publicUrlFix(subject));
}

/** A gateway of Mooring answers there, and has no such server. */
export function notRouted(subject: Subject, { url }: Answered): Break {
  const { place } = subject;
  if (place.kind === 'gateway') {
    const message = `${place.label} does not know the server: it is not there, not enabled or not accepted.`;
    return broken('NotRouted', message, 'Ask its owner to run `mooring doctor` where it runs.');
  }
  return broken(
    'NotRouted',
    `The gateway at ${new URL(url).origin} does not know the server: it has not heard of it yet, does not follow its namespace, or is that of another Mooring.`,
    place.kind === 'cluster'
      ? `Wait some seconds and run \`${commandFor(subject, 'doctor')}\` again; then compare publicUrl and watchNamespaces of the chart with this cluster.`
      : publicUrlFix(subject),
  );
}

/** The gateway calls itself something else than what the person wrote: clients compare the two (RFC 9728 section 3.3). */
export function otherOrigin(subject: Subject): Break | undefined {
  const asked = URL.parse(subject.place.label)?.origin;
  const origin = originOf(subject);
  if (asked === undefined || asked === origin) return undefined;
  return broken(
    'PublicUrlWrong',
    `The gateway at ${asked} calls itself ${origin}; a client that is given ${asked} refuses to sign in.`,
    `Use ${origin}; or let its owner set publicUrl to ${asked}.`,
  );
}

type Whereabouts =
  | { readonly runs: true; readonly where: string }
  | { readonly runs: false; readonly where: string; readonly fix: string }
  | { readonly runs: undefined };

/** Whether the gateway itself is alive, past the public URL. */
async function whereGatewayIs(subject: Subject, signal: AbortSignal): Promise<Whereabouts> {
  const about = await subject.about();
  if (about) {
    const local = `http://localhost:${about.port}`;
    const path = metadataUrlOf(subject.server).slice(originOf(subject).length);
    const answered = await knock(local + path, { signal });
    return answered.kind === 'answer' && gatewayAnswer(answered) !== 'something else'
      ? { runs: true, where: `at ${local}` }
      : { runs: undefined };
  }
  const gateways = await subject.cluster?.deployments('gateway', signal);
  if (!gateways) return { runs: undefined };
  const [first] = gateways.toSorted((a, b) => b.ready - a.ready);
  if (!first)
    return {
      runs: false,
      where: 'the cluster has no Deployment of it',
      fix: 'Install the chart of Mooring: docs/install-kubernetes.md.',
    };
  const name = `${first.namespace}/${first.name}`;
  if (first.ready > 0) return { runs: true, where: `as Deployment ${name} (${first.ready} pods ready)` };
  const fix = `\`kubectl -n ${first.namespace} describe pods -l app.kubernetes.io/component=gateway\` says why.`;
  return { runs: false, where: `no pod of Deployment ${name} is ready`, fix };
}

function publicUrlFix({ place, server }: Subject): string {
  const { hostname, port } = new URL(endpointOf(server));
  if (place.kind === 'laptop')
    return 'Correct publicUrl in mooring.yaml of the state folder, or leave it out; then start Mooring again.';
  if (place.kind === 'gateway') return 'Ask its owner to correct publicUrl.';
  const forward = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
    ? `Where it is meant for this machine alone: \`kubectl -n mooring-system port-forward service/mooring-gateway ${port || '80'}:8080\`. Else set`
    : 'Set';
  return `${forward} the value publicUrl of the chart to the address at which clients reach the gateway, or repair what stands between.`;
}
