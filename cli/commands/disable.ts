import type { Command } from 'commander';
import { addSwitch } from '../enable/add-switch.ts';

export const addDisable = (program: Command): void =>
  addSwitch(program, 'disable', 'stop a server and take its endpoint away: `spec.enabled: false` in its manifest');
