import {
  ApiError,
  openKubernetesApi,
  type KubernetesApi,
  type KubernetesApiOptions,
} from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf, type ResourceKind } from '../../crds/kubernetes/kubernetes-object.ts';
import type { Reader } from '../../core/remote/reading-role.ts';
import { CredentialsProblem } from '../../core/remote/remote-credentials.ts';

const SERVICE_ACCOUNT: ResourceKind = { apiVersion: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts' };

/** Seconds: the shortest that a TokenRequest may ask for. */
const LIFETIME = 600;

/** Milliseconds. What ends sooner is not begun to be used. */
const MARGIN_MS = 60_000;

interface TokenRequest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly status?: { readonly token?: string; readonly expirationTimestamp?: string };
}

/**
 * The API server, spoken to as the gateway (authentication.k8s.io/v1 TokenRequest). So the operator sees exactly what the
 * gateway will see, one Role for one reader is enough, and the operator itself may read no Secret of anybody. `api` speaks as
 * the operator, which needs `create` on `serviceaccounts/token` of this one account.
 */
export function speakAsGateway(
  api: Pick<KubernetesApi, 'request'>,
  reader: Reader,
  options: KubernetesApiOptions = {},
): KubernetesApi {
  let current: Promise<{ readonly token: string; readonly endsAt: number }> | undefined;

  async function ask(): Promise<{ token: string; endsAt: number }> {
    const { status } = await api.request<TokenRequest>({
      method: 'POST',
      path: pathOf(SERVICE_ACCOUNT, reader.namespace, reader.name, 'token'),
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: LIFETIME } },
    });
    const { token: issued = '', expirationTimestamp = '' } = status ?? {};
    return { token: issued, endsAt: Date.parse(expirationTimestamp) };
  }

  async function token(anew: boolean): Promise<string> {
    const known = anew ? undefined : await current?.catch(() => undefined);
    if (known && Date.now() < known.endsAt - MARGIN_MS) return known.token;
    current = ask();
    try {
      return (await current).token;
    } catch (error) {
      throw problemOf(error, reader);
    }
  }

  return openKubernetesApi({ ...options, token });
}

/** Its refusals must not be taken for those of a Secret. */
function problemOf(error: unknown, { namespace, name }: Reader): unknown {
  if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 404)) return error;
  const what = error.status === 404 ? 'does not exist' : 'may not be spoken for by the operator';
  return new CredentialsProblem(
    'GatewayUnknown',
    `ServiceAccount ${name} of namespace ${namespace} ${what}, so nobody can say whether the gateway may read the Secret. Both come with Mooring's chart: install or upgrade it.`,
  );
}
