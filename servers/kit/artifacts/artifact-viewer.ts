import { defineApp } from '../define-app.ts';

/** Name of the app that shows artifacts, of each server. */
export const ARTIFACT_VIEWER = 'artifact-viewer';

/** Shows every type of artifact. Its document is written by viewer/generate.ts, and loaded when a client first wants it. */
export const artifactViewer = defineApp({
  name: ARTIFACT_VIEWER,
  title: 'Artifact viewer',
  description: 'Shows tables, charts, texts, code, images, logs, lists and differences.',
  html: async () => (await import('./viewer.json', { with: { type: 'json' } })).default.html,
});
