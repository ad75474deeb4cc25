import { hostname } from 'node:os';
import { openLiveConfig } from '../../core/live-config.ts';
import { createLog } from '../../core/log.ts';
import { CONFIG_FILE, POD_VARIABLES } from '../../core/pod-paths.ts';
import { StopStack } from '../../core/stop-stack.ts';
import { GATEWAY_KEYS } from '../../gateway/gateway-keys.ts';
import { runOperator } from '../../operator/kubernetes/run-operator.ts';
import type { OperatorCommandOptions } from '../commands/operator.ts';
import { untilSignal } from '../until-signal.ts';

/** Where charts are installed unless said otherwise. */
const DEFAULT_NAMESPACE = 'mooring-system';

/** Runs the operator until it is asked to stop. Throws a Failure where its configuration is not valid. */
export async function operate(options: OperatorCommandOptions): Promise<void> {
  const { config, watchNamespaces, databaseSecret, healthPort } = options;
  const started = new StopStack();
  const log = createLog('operator');
  const { env } = process;
  try {
    const live = await openLiveConfig(config ?? CONFIG_FILE, { isNamed: config !== undefined, log });
    started.adopt(live, ({ close }) => close());
    started.adopt(
      await runOperator({
        home: env[POD_VARIABLES.namespace] || DEFAULT_NAMESPACE,
        // The name of a pod is unique, and a container is started again only when it has ended.
        identity: env[POD_VARIABLES.name] || `${hostname()}-${process.pid}`,
        podIp: env[POD_VARIABLES.ip] || undefined,
        namespaces: watchNamespaces,
        databaseSecret,
        healthPort,
        gatewayKeys: GATEWAY_KEYS,
        config: live,
        log,
      }),
      async (operator) => operator.stop(),
    );
    await untilSignal(log);
  } finally {
    await started.stop();
  }
  // A connection that is just being made would keep the process for its five seconds.
  process.exit(0);
}
