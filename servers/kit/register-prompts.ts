import { answerCaller } from './answer-caller.ts';
import type { PromptMessage } from './define-prompt.ts';
import { observed } from './observed.ts';
import type { Offer } from './offer.ts';
import { sdkSchema } from './sdk-schema.ts';
import type { ServerParts } from './server-parts.ts';

/** The prompts of a server; undefined where it has none. */
export function promptsFor<Services extends object>({
  definition,
  calls,
  log,
  metrics,
}: ServerParts<Services>): Offer | undefined {
  const { prompts = [], services } = definition;
  if (prompts.length === 0) return undefined;
  const registered = prompts.map((prompt) => {
    const { title, description, icons, input } = prompt;
    return {
      prompt,
      config: { title, description, ...(icons && { icons: [...icons] }), argsSchema: sdkSchema(input) },
    };
  });
  return {
    capability: 'prompts',
    register: ({ server, caller: { identity } }) => {
      for (const { prompt, config } of registered) {
        const callee = { kind: 'prompt', name: prompt.name } as const;
        server.registerPrompt(prompt.name, config, async (input, { mcpReq: { signal } }) => {
          const context = { ...services, identity, signal, log };
          const asked = { ...callee, scopes: prompt.scopes, observe: observed(metrics, callee) };
          return calls.track(
            answerCaller(asked, context, async () => ({
              description: prompt.description,
              messages: (await prompt.handler(input, context)).map(onWire),
            })),
          );
        });
      }
    },
  };
}

const onWire = ({ role, content }: PromptMessage) => ({
  role,
  content: typeof content === 'string' ? { type: 'text' as const, text: content } : content,
});
