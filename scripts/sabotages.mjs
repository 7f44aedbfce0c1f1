/**
 * Faults that the tests must find. Each breaks one invariant in one place: `find` occurs exactly once in `file` and is
 * replaced; then the test whose full name contains `test` in `spec` must fail. `build: true` for a spec that runs dist.
 * @type {{ invariant: number, name: string, file: string, find: string, replace: string, spec: string, test: string, build?: boolean }[]}
 */
export const sabotages = [];
