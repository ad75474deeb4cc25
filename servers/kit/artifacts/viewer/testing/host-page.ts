import { AppBridge, PostMessageTransport, type McpUiHostContext } from '@modelcontextprotocol/ext-apps/app-bridge';
import type { HostPage, TestContext } from '../../testing/host-page-api.ts';

let bridge: AppBridge;
const opened: string[] = [];
const heights: number[] = [];

async function load(given: TestContext, width: number): Promise<void> {
  const context = given as McpUiHostContext;
  document.querySelector('iframe')?.remove();
  const frame = document.createElement('iframe');
  frame.sandbox.add('allow-scripts');
  frame.title = 'App';
  Object.assign(frame.style, { width: `${width}px`, height: '200px', border: '0', display: 'block' });
  document.body.append(frame);
  const { contentWindow } = frame;
  if (!contentWindow) throw new Error('The frame has no window.');
  bridge = new AppBridge(null, { name: 'test-host', version: '1.0.0' }, { openLinks: {} }, { hostContext: context });
  const ready = new Promise<void>((resolve) => (bridge.oninitialized = () => resolve()));
  bridge.onopenlink = async ({ url }) => {
    opened.push(url);
    return {};
  };
  bridge.onsizechange = ({ height = 0 }) => {
    heights.push(height);
    frame.style.height = `${height}px`;
  };
  await bridge.connect(new PostMessageTransport(contentWindow, contentWindow));
  frame.src = '/app';
  await ready;
}

const hostPage: HostPage = {
  opened,
  heights,
  show: async (result, context, width) => {
    await load(context, width);
    await bridge.sendToolInput({ arguments: {} });
    await bridge.sendToolResult(result as Parameters<AppBridge['sendToolResult']>[0]);
  },
  changeContext: (context) => bridge.setHostContext(context as McpUiHostContext),
  cancel: async () => {
    await load({}, 600);
    await bridge.sendToolCancelled({ reason: 'user action' });
  },
};

Object.assign(window, { hostPage });
