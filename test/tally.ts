import type { TestCase, TestModule, TestSuite } from 'vitest/node';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
  /** Those that failed and then passed. */
  readonly unsteady: readonly string[];
}

/** Counts a finished run. A file or a `beforeAll` that broke is one failure, for its tests never ran. */
export function tallyOf(modules: readonly TestModule[]): Tally {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const suites: (TestModule | TestSuite)[] = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  const inState = (state: string) => tests.filter((test) => test.result().state === state);
  return {
    passed: inState('passed').length,
    failed: inState('failed').length + suites.filter((suite) => suite.errors().length > 0).length,
    skipped: [...inState('skipped'), ...inState('pending')].map(nameOf),
    unsteady: tests.filter((test) => test.diagnostic()?.flaky).map(nameOf),
  };
}

/** The last line of every command here that counts something. */
export const lastLine = (passed: number, failed: number): string => `${passed} passed, ${failed} failed`;

const nameOf = (test: TestCase): string => `${test.module.relativeModuleId} > ${test.fullName}`;
