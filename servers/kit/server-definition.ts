import type { Icon } from '@modelcontextprotocol/server';
import type { Log } from '../../core/log.ts';
import type { ArtifactStore } from './artifacts/artifact-store.ts';
import type { App } from './define-app.ts';
import type { Page } from './define-page.ts';
import type { Prompt } from './define-prompt.ts';
import type { ResourceTemplate } from './define-resource-template.ts';
import type { Resource } from './define-resource.ts';
import type { Tool } from './define-tool.ts';

/** What makes one server different from another; the kit does the rest. */
export interface ServerDefinition<Services extends object> {
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly version: string;
  readonly icons?: readonly Icon[];
  readonly websiteUrl?: string;
  /** For models: what the server is for and how its tools belong together. */
  readonly instructions?: string;
  readonly tools: readonly Tool<Services>[];
  readonly resources?: readonly Resource<Services>[];
  readonly templates?: readonly ResourceTemplate<Services>[];
  readonly prompts?: readonly Prompt<Services>[];
  /** Pages that show the results of tools. The viewer of artifacts is there where a tool names it. */
  readonly apps?: readonly App[];
  /** Where people type what must not pass through a model. */
  readonly pages?: readonly Page<Services>[];
  /** Where artifacts of signed-in callers are kept; left out: tools show theirs, and nothing is kept. */
  readonly artifacts?: ArtifactStore;
  /** What handlers get beside the caller: a database, for example. */
  readonly services: Services;
  /** Default: JSON lines on stderr. */
  readonly log?: Log;
  /** Rejects while tools cannot work; the message says what is missing. /readyz shows it, the server answers all the same. */
  readonly ready?: () => Promise<void>;
  /** Milliseconds that calls get to end when the server stops. Default: 25 s, of the 30 s that Kubernetes gives a pod. */
  readonly graceMs?: number;
  /** Closes the services; called when the last call has ended, or its time has. */
  readonly close?: () => Promise<void>;
}
