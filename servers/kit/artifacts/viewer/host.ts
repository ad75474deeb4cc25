/** MCP Apps 2026-01-26: JSON-RPC with the page that frames this one. */
const PROTOCOL = '2026-01-26';

interface Message {
  readonly jsonrpc: '2.0';
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

export interface HostContext {
  readonly theme?: 'light' | 'dark';
  readonly styles?: { readonly variables?: Readonly<Record<string, string | undefined>> };
}

export interface HostEvents {
  readonly onContext: (context: HostContext) => void;
  readonly onResult: (result: unknown) => void;
  readonly onCancelled: () => void;
}

export interface Host {
  readonly resized: (size: { readonly width: number; readonly height: number }) => void;
  /** Asks the client to open a page, which asks the person first. */
  readonly openLink: (url: string) => void;
}

/** Introduces this page to its host, and hears of the result that it is to show. */
export function connectHost({ onContext, onResult, onCancelled }: HostEvents): Host {
  let lastId = 0;
  const send = (message: Omit<Message, 'jsonrpc'>): void =>
    // The host's origin is not known; what is said is no secret.
    window.parent.postMessage({ jsonrpc: '2.0', ...message }, '*');
  const ask = (method: string, params: unknown): number => {
    lastId += 1;
    send({ id: lastId, method, params });
    return lastId;
  };

  const initialize = (): number =>
    ask('ui/initialize', {
      appInfo: { name: 'mooring-artifact-viewer', version: '1.0.0' },
      appCapabilities: { availableDisplayModes: ['inline', 'fullscreen'] },
      protocolVersion: PROTOCOL,
    });
  const events: Readonly<Record<string, (params: never) => void>> = {
    'ui/notifications/tool-result': onResult,
    'ui/notifications/tool-cancelled': onCancelled,
    'ui/notifications/host-context-changed': onContext,
  };

  window.addEventListener('message', ({ source, data }: MessageEvent<Message>) => {
    // Only who frames us may speak: not a frame within, nor another window.
    if (source !== window.parent || data?.jsonrpc !== '2.0') return;
    const { id, method, params, result } = data;
    if (method === undefined) {
      if (id !== initialized) return;
      onContext((result as { hostContext?: HostContext })?.hostContext ?? {});
      send({ method: 'ui/notifications/initialized', params: {} });
    } else if (id === undefined) {
      events[method]?.(params as never);
    } else {
      // `ping` and `ui/resource-teardown`: there is nothing to tidy up.
      send({ id, result: {} });
    }
  });
  const initialized = initialize();
  return {
    resized: (size) => send({ method: 'ui/notifications/size-changed', params: size }),
    openLink: (url) => void ask('ui/open-link', { url }),
  };
}
