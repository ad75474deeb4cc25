import type { Command } from 'commander';
import { addSwitch } from '../enable/add-switch.ts';

export const addEnable = (program: Command): void =>
  addSwitch(
    program,
    'enable',
    'let a server run again: `spec.enabled: true` in its manifest, which keeps its comments',
  );
